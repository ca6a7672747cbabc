#include "tools/mqtt-certgen/client_list.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/subject_name.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <charconv>
#include <utility>

namespace mqtt_certgen {

namespace {

constexpr unsigned most_days = 36500;

/// nullopt: a quote is not closed, or stands where none may.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    bool closed = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (c == '"' && quoted) {
            quoted = false;
            closed = true;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
            closed = false;
        } else if (c == '"' && fields.back().empty() && !closed) {
            quoted = true;
        } else if (c == '"' || closed) {
            return std::nullopt;
        } else {
            fields.back() += c;
        }
    }
    if (quoted) return std::nullopt;
    return fields;
}

std::optional<std::chrono::days> days_of(const std::string& text, const std::string& place) {
    if (text.empty()) return std::nullopt;
    unsigned days = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, days);
    if (error != std::errc() || stopped != end || days == 0 || days > most_days) {
        fail(
            place + ": days must be a whole number from 1 to 36500 (got " + base::in_quotes(text) +
            ")"
        );
    }
    return std::chrono::days(days);
}

bool is_heading(const std::vector<std::string>& fields) {
    return fields == std::vector<std::string>{"name"} ||
           fields == std::vector<std::string>{"name", "days"};
}

} // namespace

std::vector<ClientLine> parse_client_list(std::string_view text, const std::string& file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::vector<ClientLine> found;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        const std::string place = file + ':' + std::to_string(number);
        auto fields = fields_of(line);
        if (!fields)
            fail(place + ": a quote is wrong", "\"…\" around a whole field, \"\" for one inside");
        if (number == 1 && is_heading(*fields)) continue;
        if (fields->size() > 2) {
            fail(
                place + ": there are " + std::to_string(fields->size()) + " fields",
                "a line is NAME or NAME,DAYS"
            );
        }
        std::string& name = fields->front();
        if (const std::string wrong = crypto::problem_of_subject_value(name); !wrong.empty()) {
            fail(
                place + ": the client " + base::in_quotes(name) +
                " cannot be in a certificate: " + wrong
            );
        }
        const auto days = fields->size() == 2 ? days_of(fields->back(), place) : std::nullopt;
        found.push_back({.name = std::move(name), .days = days, .place = place});
    }
    return found;
}

} // namespace mqtt_certgen
