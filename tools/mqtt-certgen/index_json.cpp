// The text of DIR/index.json, both ways. The JSON library is compiled in common/base/json_text.cpp.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/base/json_text.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/index.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace mqtt_certgen {

namespace {

namespace json = boost::json;

constexpr std::uint64_t format_version = 1;

struct StatusWord {
    Status status;
    std::string_view word;
};

constexpr std::array status_words{
    StatusWord{Status::current, "current"},
    StatusWord{Status::replaced, "replaced"},
    StatusWord{Status::revoked, "revoked"},
};

[[noreturn]] void damaged(const std::string& what) {
    throw std::invalid_argument(what);
}

const json::value& member(const json::object& object, std::string_view name) {
    const json::value* const found = object.if_contains(name);
    if (found == nullptr) damaged(base::in_quotes(name) + " is missing");
    return *found;
}

std::string text_of(const json::value& value, std::string_view name) {
    const json::string* const text = value.if_string();
    if (text == nullptr) damaged(base::in_quotes(name) + " must be a text");
    return {text->data(), text->size()};
}

std::string text_member(const json::object& object, std::string_view name) {
    return text_of(member(object, name), name);
}

crypto::CertificateTime time_member(const json::object& object, std::string_view name) {
    const std::string text = text_member(object, name);
    const auto time = time_of(text);
    if (!time) damaged(base::in_quotes(name) + " is no time (got " + base::in_quotes(text) + ")");
    return *time;
}

const json::array& array_member(const json::object& object, std::string_view name) {
    const json::array* const array = member(object, name).if_array();
    if (array == nullptr) damaged(base::in_quotes(name) + " must be a list");
    return *array;
}

std::uint64_t number_member(const json::object& object, std::string_view name) {
    const json::value& value = member(object, name);
    json::error_code error;
    const auto number = value.to_number<std::uint64_t>(error);
    if (error) damaged(base::in_quotes(name) + " must be a whole number");
    return number;
}

Status status_member(const json::object& object) {
    const std::string word = text_member(object, "status");
    const auto* const row =
        std::find_if(status_words.begin(), status_words.end(), [&](const StatusWord& each) {
            return each.word == word;
        });
    if (row == status_words.end()) damaged("the status " + base::in_quotes(word) + " is unknown");
    return row->status;
}

Record record_of(const json::value& value) {
    const json::object* const object = value.if_object();
    if (object == nullptr) damaged("a certificate must be an object");
    Record record;
    record.name = text_member(*object, "name");
    record.serial = text_member(*object, "serial");
    record.subject = text_member(*object, "subject");
    record.use = text_member(*object, "use");
    for (const json::value& each : array_member(*object, "names"))
        record.names.push_back(text_of(each, "names"));
    record.not_before = time_member(*object, "not_before");
    record.not_after = time_member(*object, "not_after");
    record.fingerprint = text_member(*object, "fingerprint");
    record.status = status_member(*object);
    if (record.status == Status::revoked) {
        record.revoked_at = time_member(*object, "revoked_at");
        record.reason = text_member(*object, "reason");
    }
    return record;
}

IndexContent content_of(const json::value& value) {
    const json::object* const object = value.if_object();
    if (object == nullptr) damaged("it must be an object");
    if (number_member(*object, "version") != format_version)
        damaged("it was written by a newer mqtt-certgen");
    IndexContent content;
    content.list_number = number_member(*object, "crl_number");
    for (const json::value& each : array_member(*object, "certificates"))
        content.records.push_back(record_of(each));
    return content;
}

} // namespace

std::string_view word_of(Status status) {
    return status_words.at(static_cast<std::size_t>(status)).word;
}

std::string to_json(const Record& record) {
    base::JsonObject object;
    object.text("name", record.name).text("serial", record.serial).text("subject", record.subject);
    object.text("use", record.use).texts("names", record.names);
    object.text("not_before", to_text(record.not_before));
    object.text("not_after", to_text(record.not_after));
    object.text("fingerprint", record.fingerprint).text("status", word_of(record.status));
    if (record.status == Status::revoked) {
        object.text("revoked_at", to_text(record.revoked_at));
        object.text("reason", record.reason);
    }
    return object.str();
}

std::string to_json(const IndexContent& content) {
    std::vector<std::string> records;
    records.reserve(content.records.size());
    for (const Record& each : content.records)
        records.push_back(to_json(each));
    base::JsonObject object;
    object.number("version", format_version).number("crl_number", content.list_number);
    object.array("certificates", records);
    return base::pretty_json(object.str()) + '\n';
}

IndexContent parse_index(std::string_view text, const std::string& path) {
    if (text.empty()) return {};
    try {
        json::error_code error;
        const json::value value = json::parse(text, error);
        if (error) damaged("it is no JSON: " + error.message());
        return content_of(value);
    } catch (const std::invalid_argument& problem) {
        fail(
            "the index " + base::in_quotes(path) + " cannot be used: " + problem.what(),
            "mend it, or move it away: certificates that it does not know cannot be revoked by name"
        );
    }
}

} // namespace mqtt_certgen
