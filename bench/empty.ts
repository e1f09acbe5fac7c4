// The least a bundled command can do: what Node itself costs at every start.
process.stdout.write('{}\n');
