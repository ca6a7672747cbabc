#include "tools/mqtt-certgen/run_certgen.hpp"

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-certgen", argc, argv, mqtt_certgen::run_certgen);
}
