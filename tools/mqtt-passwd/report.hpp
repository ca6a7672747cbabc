// What mqtt-passwd says about what it has done, as JSON or as words. Pure.
#pragma once

#include "common/base/json_object.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mqtt_passwd {

using base::JsonObject;

struct Changes {
    std::vector<std::string> added;
    std::vector<std::string> updated;
    std::vector<std::string> deleted;
    std::vector<std::string> hashed;

    [[nodiscard]] bool empty() const {
        return added.empty() && updated.empty() && deleted.empty() && hashed.empty();
    }
};

[[nodiscard]] std::string to_json(std::string_view file, const Changes& changes);

/// "1 user added, 2 updated"
[[nodiscard]] std::string to_words(const Changes& changes);

} // namespace mqtt_passwd
