module loom.dev/bench

go 1.22
