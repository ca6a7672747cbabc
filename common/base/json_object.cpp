#include "common/base/json_object.hpp"

#include "common/base/json_text.hpp"
#include "common/base/utf8.hpp"

namespace base {

void JsonObject::name(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    append_json_string(text_, name);
    text_ += ':';
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    this->name(name);
    append_json_string(text_, value);
    return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
    this->name(name);
    text_ += std::to_string(value);
    return *this;
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
    this->name(name);
    text_ += value ? "true" : "false";
    return *this;
}

JsonObject& JsonObject::bytes(std::string_view name, std::string_view value) {
    if (is_valid_utf8(value)) return text(name, value);
    text(name, base64(as_bytes(value)));
    return text(std::string(name) + "_encoding", "base64");
}

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
    this->name(name);
    text_ += value;
    return *this;
}

JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
    std::vector<std::string> quoted(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        append_json_string(quoted[i], values[i]);
    return array(name, quoted);
}

JsonObject& JsonObject::array(std::string_view name, const std::vector<std::string>& values) {
    this->name(name);
    text_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text_ += ',';
        text_ += values[i];
    }
    text_ += ']';
    return *this;
}

} // namespace base
