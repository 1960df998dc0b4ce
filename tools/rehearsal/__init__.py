"""docs/deploying.md carried out by machine, as root on a plain Debian: two machines of Debian 12 under systemd-nspawn, each with a network of its own.

`make rehearsal` takes the commands from the marked blocks of that document, kills what runs while people read and write, and writes the table
of results into docs/benchmarks.md. It needs `apt-get install debootstrap systemd-container`, a network for Debian's packages the first time, and some 8 GB under /var/tmp.
"""
