"""How an installation is put together: settings, addresses, the server's entry point. Environment variables choose."""
