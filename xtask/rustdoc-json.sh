#!/bin/sh
# Runs rustdoc with its unstable options, which its JSON needs, on a stable toolchain. Only rustdoc
# sees the variable: build scripts that see it would have every dependency built again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
