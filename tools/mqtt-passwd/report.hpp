// What mqtt-passwd says about what it has done, as JSON or as words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mqtt_passwd {

/// One JSON object in one line, in the order of the calls.
class JsonObject {
public:
    JsonObject& text(std::string_view name, std::string_view value);
    JsonObject& number(std::string_view name, std::uint64_t value);
    JsonObject& flag(std::string_view name, bool value);
    JsonObject& texts(std::string_view name, const std::vector<std::string>& values);

    /// Without line end.
    [[nodiscard]] std::string str() const { return text_ + '}'; }

private:
    void name(std::string_view name);

    std::string text_ = "{";
};

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
