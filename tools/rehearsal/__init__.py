"""Rehearse docs/deploying.md by machine, as root on a plain Debian, with two Debian 12 machines under systemd-nspawn, each with its own
network.

`make rehearsal` takes the commands from the marked blocks of that document, kills processes while simulated people read
and write, and writes the table of results into docs/benchmarks.md. It needs `apt-get install debootstrap
systemd-container`, at the first time a network for Debian's packages, and some 8 GB under /var/tmp.
"""
