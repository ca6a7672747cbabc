#include "tools/mqtt-passwd/report.hpp"

namespace mqtt_passwd {

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
