#include "tools/mqtt-sysmon/screen.hpp"

#include "common/base/iso_time.hpp"
#include "common/cli/style.hpp"
#include "tools/mqtt-sysmon/numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

namespace mqtt_sysmon {

namespace {

using cli::Paint;

constexpr std::size_t events_shown = 5;
constexpr std::size_t narrowest_panel = 50;
constexpr std::size_t name_width = 14;
constexpr std::size_t number_width = 9;
constexpr std::size_t range_width = 27; ///< of three numbers beside the bars

/// What a panel shows, in this order.
struct Row {
    std::string_view title;
    std::string_view metric;
    bool rate;
    bool bytes;
    bool alarm; ///< red when it is not 0
};

constexpr std::array rows{
    Row{"clients", "clients.connected", false, false, false},
    Row{"received/s", "publish.messages.received", true, false, false},
    Row{"sent/s", "publish.messages.sent", true, false, false},
    Row{"bytes in/s", "bytes.received", true, true, false},
    Row{"bytes out/s", "bytes.sent", true, true, false},
    Row{"dropped/s", "publish.messages.dropped", true, false, true},
    Row{"waiting out", "packet.out.count", false, false, false},
    Row{"retained", "retained_messages.count", false, false, false},
    Row{"stored", "store.messages.count", false, false, false},
    Row{"subscriptions", "subscriptions.count", false, false, false},
    Row{"memory", "heap.current", false, true, false},
};

/// A line that knows how wide it is: colours and characters of several bytes take no place.
class Line {
public:
    explicit Line(const ScreenOptions& options) : options_(options) {}

    Line& add(std::string_view text, Paint paint = Paint::plain) {
        const std::string cut(first_columns(text, options_.width - std::min(options_.width, width_))
        );
        width_ += columns(cut);
        text_ += options_.color && paint != Paint::plain ? cli::painted(paint, cut) : cut;
        return *this;
    }

    Line& fill_to(std::size_t column) {
        if (column > width_) add(std::string(column - width_, ' '));
        return *this;
    }

    /// Up to a column, from the right.
    Line& add_right(std::string_view text, std::size_t column, Paint paint = Paint::plain) {
        const std::size_t size = columns(text);
        if (width_ + size < column) fill_to(column - size);
        return add(text, paint);
    }

    [[nodiscard]] std::size_t width() const { return width_; }

    [[nodiscard]] std::string text() const { return text_; }

    /// Characters; none of those that are drawn is wide.
    static std::size_t columns(std::string_view text) {
        return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    }

    /// As much of the text as so many columns have room for.
    static std::string_view first_columns(std::string_view text, std::size_t room) {
        std::size_t end = 0;
        while (end < text.size()) {
            const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
            if (begins && room == 0) break;
            if (begins) --room;
            ++end;
        }
        return text.substr(0, end);
    }

private:
    const ScreenOptions& options_;
    std::string text_;
    std::size_t width_ = 0;
};

std::string number_text(double value, bool bytes) {
    return bytes ? short_bytes(value) : short_number(value);
}

/// A part of a line.
struct Columns {
    std::size_t from;
    std::size_t to;
};

class Screen {
public:
    Screen(
        const std::vector<const BrokerState*>& brokers,
        const ScreenOptions& options,
        base::SteadyTime now,
        base::WallTime wall
    )
        : brokers_(brokers), options_(options), now_(now), wall_(wall) {}

    std::vector<std::string> draw() {
        title();
        if (options_.help) {
            help();
        } else {
            panels();
            events();
            table();
        }
        lines_.resize(options_.height - 1);
        footer();
        return std::move(lines_);
    }

private:
    void put(const Line& line) { lines_.push_back(line.text()); }

    void rule(std::string_view title) {
        Line line(options_);
        line.add(options_.ascii ? "-- " : "── ", Paint::dim).add(title, Paint::bold).add(" ");
        std::string rest;
        for (std::size_t i = line.width(); i < options_.width; ++i)
            rest += options_.ascii ? "-" : "─";
        put(line.add(rest, Paint::dim));
    }

    void title() {
        Line line(options_);
        line.add("mqtt-sysmon", Paint::bold);
        if (options_.paused) line.add("  paused", Paint::yellow);
        put(line.add_right(
            base::iso_time(wall_).substr(0, std::string_view("2026-11-26T17:50:00").size()) + "Z",
            options_.width
        ));
    }

    /// The brokers beside each other, as many as there is room for.
    void panels() {
        const std::size_t fit = std::max<std::size_t>(1, options_.width / narrowest_panel);
        const std::size_t count = std::min(fit, brokers_.size());
        const std::size_t width = options_.width / std::max<std::size_t>(1, count);
        std::vector<Line> block(rows.size() + 1, Line(options_));
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t end = i + 1 == count ? options_.width : (i + 1) * width - 2;
            panel(*brokers_[i], block, {i * width, end});
        }
        for (const Line& line : block)
            put(line);
        if (count < brokers_.size()) {
            put(Line(options_).add(
                std::to_string(brokers_.size() - count) + " more brokers: the screen is too narrow",
                Paint::dim
            ));
        }
    }

    void panel(const BrokerState& broker, std::vector<Line>& block, Columns at) const {
        const bool stale = broker.stale(now_);
        Line& head = block[0];
        head.fill_to(at.from).add(broker.name(), Paint::bold);
        if (stale) {
            const auto age = broker.age(now_);
            std::string text = broker.problem().empty() ? "stale" : broker.problem();
            if (age) text += ", " + short_number(std::floor(*age)) + " s old";
            head.add("  " + text, Paint::red);
        } else {
            const Value* const version = broker.find("version");
            const Value* const uptime = broker.find("uptime");
            if (version != nullptr) head.add("  " + version->text, Paint::dim);
            if (uptime != nullptr) head.add("  up " + uptime->text, Paint::dim);
        }
        for (std::size_t i = 0; i < rows.size(); ++i)
            panel_row(broker, rows[i], block[i + 1], at);
    }

    void panel_row(const BrokerState& broker, const Row& row, Line& line, Columns at) const {
        const bool stale = broker.stale(now_);
        line.fill_to(at.from).add(row.title).fill_to(at.from + name_width);
        const Value* const value = broker.find(row.metric);
        std::optional<double> number;
        if (value != nullptr && !stale) number = row.rate ? value->rate : value->number;
        const std::string text = number ? number_text(*number, row.bytes) : stale ? "stale" : "-";
        const bool alarms = row.alarm && number.value_or(0) > 0;
        const std::size_t start = at.from + name_width + number_width;
        line.add_right(text, start, alarms || stale ? Paint::red : Paint::bold).add(" ");
        if (value == nullptr || value->history.empty()) return;
        const bool has_range = at.to > start + range_width + 10;
        const std::size_t taken = start + 1 + (has_range ? range_width + 1 : 0);
        const std::size_t bars = at.to - std::min(at.to, taken);
        line.add(
            sparkline(value->history, bars, options_.ascii), alarms ? Paint::red : Paint::cyan
        );
        if (has_range) range(value->history, row.bytes, line.fill_to(at.to - range_width));
    }

    /// Least, mean and largest, in three columns.
    static void range(const std::deque<double>& history, bool bytes, Line& line) {
        const auto [least, most] = std::minmax_element(history.begin(), history.end());
        const double sum = std::accumulate(history.begin(), history.end(), 0.0);
        const double mean = sum / static_cast<double>(history.size());
        for (const double each : {*least, mean, *most}) {
            const std::size_t end = line.width() + range_width / 3;
            line.add_right(number_text(each, bytes), end, Paint::dim);
        }
    }

    void events() {
        std::vector<std::pair<const BrokerState*, const Event*>> all;
        for (const BrokerState* const broker : brokers_) {
            for (const Event& event : broker->events())
                all.emplace_back(broker, &event);
        }
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.second->when < b.second->when;
        });
        rule("events");
        const std::size_t most = options_.height > 30 ? events_shown * 2 : events_shown - 1;
        const std::size_t count = std::min(most, all.size());
        for (std::size_t i = all.size() - count; i < all.size(); ++i) {
            const auto& [broker, event] = all[i];
            Line line(options_);
            line.add(base::iso_time(event->when).substr(11, 8) + " ", Paint::dim);
            if (brokers_.size() > 1) line.add(broker->name() + ": ");
            put(line.add(event->text, event->alarm ? Paint::red : Paint::plain));
        }
    }

    /// Every value of the first broker that has its values.
    void table() {
        if (lines_.size() + 3 > options_.height) return;
        std::vector<std::pair<std::string_view, const Value*>> shown;
        const BrokerState& broker = *brokers_.front();
        for (const auto& [name, value] : broker.values()) {
            if (name.find(options_.filter) != std::string::npos) shown.emplace_back(name, &value);
        }
        const auto by = [this](const Value* value) {
            const auto number = options_.sort == SortBy::rate ? value->rate : value->number;
            return number.value_or(-1);
        };
        if (options_.sort != SortBy::name) {
            std::stable_sort(shown.begin(), shown.end(), [&](const auto& a, const auto& b) {
                return by(a.second) > by(b.second);
            });
        }
        constexpr std::array<std::string_view, 3> orders{"name", "value", "rate"};
        std::string heading =
            "values by " + std::string(orders.at(static_cast<std::size_t>(options_.sort)));
        if (!options_.filter.empty() || options_.typing)
            heading += ", with \"" + options_.filter + "\"";
        rule(heading);
        const bool stale = broker.stale(now_);
        const std::size_t columns = std::max<std::size_t>(1, options_.width / 40);
        const std::size_t width = options_.width / columns;
        const std::size_t height = options_.height - 1 - lines_.size();
        const std::size_t first = std::min(options_.first_row, shown.size());
        for (std::size_t row = 0; row < height; ++row) {
            Line line(options_);
            for (std::size_t column = 0; column < columns; ++column) {
                const std::size_t i = first + row + column * height;
                if (i >= shown.size()) break;
                const Columns at{column * width, (column + 1) * width - 2};
                cell(line, shown[i].first, stale ? "stale" : short_text(*shown[i].second), at);
            }
            put(line);
        }
    }

    static std::string short_text(const Value& value) {
        if (value.rate) return short_number(*value.rate) + "/s";
        if (value.number && value.kind != Kind::text) return short_number(*value.number);
        return value.text;
    }

    /// The value has the first right to the room.
    static void cell(Line& line, std::string_view name, const std::string& text, Columns at) {
        const std::size_t room = at.to - at.from;
        const std::string_view shown =
            Line::first_columns(text, room - std::min<std::size_t>(room, 1));
        const std::size_t left = room - std::min(room, Line::columns(shown) + 1);
        line.fill_to(at.from).add(Line::first_columns(name, left));
        line.add_right(shown, at.to, text == "stale" ? Paint::dim : Paint::bold);
    }

    void help() {
        rule("keys");
        for (const char* const text :
             {"q  end",
              "p  pause: the screen stands still, and goes on where the brokers are",
              "s  sort the values by name, value or rate",
              "/  show only values whose name has what you type; Enter ends",
              "Up, Down  move in the values",
              "?  this page, and back"})
            put(Line(options_).add("  ").add(text));
        rule("what is shown");
        for (const char* const text :
             {"Rates are differences of counters over the broker's own interval. The bars",
              "are the last rounds, and beside them least, mean and most.",
              "\"-\": the broker does not publish it, or the rate is not known yet.",
              "\"stale\": nothing has come for three intervals, or there is no connection."})
            put(Line(options_).add("  ").add(text));
    }

    void footer() {
        Line line(options_);
        if (options_.typing) {
            line.add("/" + options_.filter, Paint::bold);
        } else {
            line.add("q end  p pause  s sort  / filter  ? help", Paint::dim);
        }
        put(line);
    }

    const std::vector<const BrokerState*>& brokers_;
    const ScreenOptions& options_;
    base::SteadyTime now_;
    base::WallTime wall_;
    std::vector<std::string> lines_;
};

} // namespace

std::string sparkline(const std::deque<double>& samples, std::size_t width, bool ascii) {
    static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr std::array<std::string_view, 8> letters{
        "_", ".", ":", "-", "=", "+", "*", "#"};
    const std::size_t count = std::min(width, samples.size());
    if (count == 0) return {};
    const auto first = samples.end() - static_cast<std::ptrdiff_t>(count);
    const double most = std::max(*std::max_element(first, samples.end()), 0.0);
    std::string line;
    for (auto sample = first; sample != samples.end(); ++sample) {
        const double share = most > 0 ? std::max(*sample, 0.0) / most : 0.0;
        const auto level = static_cast<std::size_t>(std::lround(share * 7));
        line += ascii ? letters.at(level) : blocks.at(level);
    }
    return line;
}

std::vector<std::string> draw(
    const std::vector<const BrokerState*>& brokers,
    const ScreenOptions& options,
    base::SteadyTime now,
    base::WallTime wall
) {
    return Screen(brokers, options, now, wall).draw();
}

} // namespace mqtt_sysmon
