#include "common/cli/run_tool.hpp"
#include "tools/mqtt-bench/run/bench_main.hpp"

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-bench", argc, argv, bench::bench_main);
}
