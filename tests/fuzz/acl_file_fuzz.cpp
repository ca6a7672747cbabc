// An ACL file, and a topic out of its last line. Whatever it holds: messages have a place and can
// be printed, an empty client reads nothing that it could not subscribe to, and nobody has a topic
// with
// '$' from a rule without one.
#include "common/base/assert.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/auth/acl_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace mqttd;

bool can_be_printed(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n') || byte == 0x7F;
    });
}

void check_messages(const ConfigErrors& messages, std::size_t lines) {
    for (const ConfigError& one : messages) {
        MIDGE_ASSERT(
            one.line >= 1 && one.line <= lines, "a message about a line that is not there"
        );
        MIDGE_ASSERT(can_be_printed(to_text(one)), "a message contains control characters");
    }
}

void check_topic(const AclFile& acl, const Subject& subject, std::string_view topic) {
    if (!mqtt::topic::is_valid_name(topic)) return;
    if (!acl.allows(subject, TopicAccess::read, topic)) return;
    MIDGE_ASSERT(
        acl.allows(subject, TopicAccess::subscribe, topic), "readable, but not to be subscribed to"
    );
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    ConfigErrors errors;
    ConfigErrors warnings;
    const AclFile acl(text, "fuzz.acl", errors, warnings);
    check_messages(errors, lines);
    check_messages(warnings, lines);
    const std::size_t last = text.rfind('\n');
    const std::string_view topic = last == std::string_view::npos ? text : text.substr(last + 1);
    for (const std::string_view user : {"", "alice", "$SYS"}) {
        check_topic(acl, {user, "c1"}, topic);
        check_topic(acl, {user, "$SYS"}, topic);
        check_topic(acl, {user, topic}, topic);
    }
    return 0;
}
