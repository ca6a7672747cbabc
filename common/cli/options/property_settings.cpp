#include "common/cli/options/property_settings.hpp"

#include "common/base/escape.hpp"
#include "common/base/suggestion.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace cli {

namespace {

using mqtt::PropertyId;
using mqtt::PropertyRow;
using mqtt::PropertyScope;
using mqtt::PropertyType;

struct Command {
    std::string_view name;
    PropertyScope scope;
};

constexpr std::array commands{
    Command{"connect", PropertyScope::connect},
    Command{"publish", PropertyScope::publish},
    Command{"subscribe", PropertyScope::subscribe},
    Command{"unsubscribe", PropertyScope::unsubscribe},
    Command{"disconnect", PropertyScope::disconnect},
    Command{"will", PropertyScope::will},
};

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

const Command& command_of(std::string_view name, std::string_view word, std::string_view allowed) {
    const std::size_t position = choice(std::string(name) + ": the command", word, allowed);
    std::string_view rest = allowed;
    for (std::size_t i = 0; i < position; ++i)
        rest.remove_prefix(rest.find('|') + 1);
    const std::string_view wanted = rest.substr(0, rest.find('|'));
    return *std::find_if(commands.begin(), commands.end(), [&](const Command& each) {
        return each.name == wanted;
    });
}

// What a client may send: an identifier in PUBLISH is the server's. [MQTT-3.3.4-6]
bool allowed_in(const PropertyRow& row, PropertyScope scope) {
    const bool servers =
        scope == PropertyScope::publish && row.id == PropertyId::subscription_identifier;
    return row.allowed_in(scope) && !servers;
}

std::string names_in(PropertyScope scope) {
    std::string names;
    for (const PropertyRow& row : mqtt::property_table()) {
        if (!allowed_in(row, scope)) continue;
        if (!names.empty()) names += ", ";
        names += row.name;
    }
    return names;
}

const PropertyRow&
property_of(std::string_view name, const Command& command, std::string_view word) {
    const PropertyRow* row = mqtt::find_property(lower(word));
    const std::string in = std::string(name) + ": ";
    if (row == nullptr) {
        std::vector<std::string_view> names;
        for (const PropertyRow& each : mqtt::property_table())
            names.push_back(each.name);
        const std::string_view near = base::closest_word(word, names);
        throw UsageError(
            in + "unknown property " + base::in_quotes(word),
            near.empty() ? std::string(command.name) + " takes " + names_in(command.scope)
                         : "did you mean " + std::string(near)
        );
    }
    if (!allowed_in(*row, command.scope)) {
        throw UsageError(
            in + std::string(row->name) + " is no property of " + std::string(command.name),
            std::string(command.name) + " takes " + names_in(command.scope)
        );
    }
    return *row;
}

void append_value(
    mqtt::PropertyBuilder& builder,
    const PropertyRow& row,
    const std::string& what,
    std::string_view value
) {
    switch (row.type) {
    case PropertyType::utf8_string:
        builder.text(
            row.id,
            row.id == PropertyId::response_topic ? topic_name(what, value)
                                                 : mqtt_string(what, value)
        );
        return;
    case PropertyType::binary_data:
        if (value.size() > mqtt::max_string_length)
            throw UsageError(what + " is longer than 65535 bytes");
        builder.text(row.id, value);
        return;
    case PropertyType::utf8_string_pair:
        return;
    case PropertyType::byte:
    case PropertyType::two_byte_integer:
    case PropertyType::four_byte_integer:
    case PropertyType::variable_byte_integer:
        builder.number(
            row.id,
            static_cast<std::uint32_t>(whole_number(what, value, {row.minimum, row.maximum}))
        );
    }
}

} // namespace

void PropertySettings::add(std::string_view name, std::string_view value) {
    const std::vector<std::string_view> words = words_of(value);
    const Command& command = command_of(name, words.at(0), commands_);
    const PropertyRow& row = property_of(name, command, words.at(1));
    mqtt::PropertyBuilder& builder = builders_[command.scope];
    const std::string what = std::string(name) + ": " + std::string(row.name);
    if (row.type == PropertyType::utf8_string_pair) {
        if (words.size() < 4) throw UsageError(what + " needs a key and a value");
        builder.user_property(mqtt_string(what, words.at(2)), mqtt_string(what, words.at(3)));
        return;
    }
    if (builder.list().has(row.id))
        throw UsageError(what + " of " + std::string(command.name) + " is given twice");
    append_value(builder, row, what, words.at(2));
}

mqtt::PropertyBuilder PropertySettings::of(PropertyScope scope) const {
    const auto found = builders_.find(scope);
    return found == builders_.end() ? mqtt::PropertyBuilder() : found->second;
}

bool PropertySettings::any(PropertyScope scope) const {
    return !of(scope).empty();
}

void set_connect_properties(
    const PropertySettings& properties, client::engine::SessionOptions& session
) {
    const mqtt::PropertyBuilder given = properties.of(PropertyScope::connect);
    for (const mqtt::PropertyView& property : given.list()) {
        const auto small = static_cast<std::uint16_t>(property.number);
        switch (property.id) {
        case PropertyId::session_expiry_interval:
            session.session_expiry_interval = property.number;
            break;
        case PropertyId::receive_maximum:
            session.receive_maximum = small;
            break;
        case PropertyId::maximum_packet_size:
            session.maximum_packet_size = property.number;
            break;
        case PropertyId::topic_alias_maximum:
            session.topic_alias_maximum = small;
            break;
        case PropertyId::request_problem_information:
            session.request_problem_information = property.number == 1;
            break;
        case PropertyId::request_response_information:
            session.request_response_information = property.number == 1;
            break;
        default:
            session.properties.copy(property);
            break;
        }
    }
}

} // namespace cli
