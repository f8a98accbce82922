// Room: main. argv in, exit code out; the only place that sets it.

process.exitCode = 2;
