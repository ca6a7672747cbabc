// PEM texts as constants of a C header, for firmware: ESP-IDF, Arduino, Zephyr. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqtt_certgen {

struct PemConstant {
    std::string_view name; ///< "ca_pem"
    std::string text;
};

/// name: of the certificate, said in a comment and in the include guard.
[[nodiscard]] std::string
to_c_header(std::string_view name, const std::vector<PemConstant>& constants);

} // namespace mqtt_certgen
