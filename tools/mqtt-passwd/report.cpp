#include "tools/mqtt-passwd/report.hpp"

#include "common/cli/json_text.hpp"

namespace mqtt_passwd {

void JsonObject::name(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    cli::append_json_string(text_, name);
    text_ += ':';
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    this->name(name);
    cli::append_json_string(text_, value);
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

JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
    this->name(name);
    text_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text_ += ',';
        cli::append_json_string(text_, values[i]);
    }
    text_ += ']';
    return *this;
}

std::string to_json(std::string_view file, const Changes& changes) {
    JsonObject object;
    object.text("file", file);
    object.texts("added", changes.added).texts("updated", changes.updated);
    object.texts("deleted", changes.deleted).texts("hashed", changes.hashed);
    return object.str();
}

std::string to_words(const Changes& changes) {
    std::string text;
    const auto say = [&](const std::vector<std::string>& users, std::string_view what) {
        if (users.empty()) return;
        if (!text.empty()) text += ", ";
        text += std::to_string(users.size());
        if (text.find(' ') == std::string::npos) text += users.size() == 1 ? " user" : " users";
        text.append(" ").append(what);
    };
    say(changes.added, "added");
    say(changes.updated, "updated");
    say(changes.deleted, "deleted");
    say(changes.hashed, "hashed");
    return text.empty() ? "nothing to do" : text;
}

} // namespace mqtt_passwd
