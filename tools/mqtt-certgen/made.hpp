// What a command has made, said on stdout: paths for people and scripts, or JSON. One thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <string>
#include <vector>

namespace mqtt_certgen {

struct Made {
    std::string name;
    crypto::Certificate certificate;
    bool with_key = true;
};

[[nodiscard]] std::string to_json(const Job& job, const Made& made);

/// A path a line, or a JSON object a line.
void say_made(Job& job, const std::vector<Made>& all);

} // namespace mqtt_certgen
