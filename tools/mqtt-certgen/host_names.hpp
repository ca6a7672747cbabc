// The names and addresses under which clients reach a broker. Asks the machine for its own.
#pragma once

#include "common/crypto/subject_name.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <string>
#include <vector>

namespace mqtt_certgen {

/// One HOST of the command line. Throws UsageError.
[[nodiscard]] crypto::AlternativeName host_of(const std::string& word);

/// words and --ip, each once, in this order. Throws UsageError.
[[nodiscard]] std::vector<crypto::AlternativeName>
asked_names(const std::vector<std::string>& words, const Settings& settings);

/// asked_names(), this machine's name when there are none, and always localhost, 127.0.0.1 and
/// ::1. Throws UsageError.
[[nodiscard]] std::vector<crypto::AlternativeName>
names_for_server(const std::vector<std::string>& words, const Settings& settings);

/// The addresses of the interfaces that are up, without those that only hold on one link.
[[nodiscard]] std::vector<crypto::AlternativeName> own_addresses();

} // namespace mqtt_certgen
