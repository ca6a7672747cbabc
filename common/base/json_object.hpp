// One JSON object in one line, its members in the order of the calls: what tools print with --json.
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

class JsonObject {
public:
    JsonObject& text(std::string_view name, std::string_view value);
    JsonObject& number(std::string_view name, std::uint64_t value);
    JsonObject& flag(std::string_view name, bool value);
    /// UTF-8 as text; other bytes as base64, and a member NAME_encoding that says so.
    JsonObject& bytes(std::string_view name, std::string_view value);
    /// value: a JSON text.
    JsonObject& json(std::string_view name, std::string_view value);
    JsonObject& texts(std::string_view name, const std::vector<std::string>& values);
    /// values: JSON texts.
    JsonObject& array(std::string_view name, const std::vector<std::string>& values);

    /// Without line end.
    [[nodiscard]] std::string str() const { return text_ + '}'; }

private:
    void name(std::string_view name);

    std::string text_ = "{";
};

} // namespace base
