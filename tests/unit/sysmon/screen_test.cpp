#include "tests/unit/sysmon/script.hpp"
#include "tools/mqtt-sysmon/screen.hpp"
#include "tools/mqtt-sysmon/terminal.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mqtt_sysmon {
namespace {

/// Characters of UTF-8 text.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

class Screen : public testing::Test {
protected:
    Screen() {
        options.color = false;
        script.round(
            {{"uptime", "1 seconds"}, {"clients/connected", "2"}, {"publish/messages/dropped", "0"}}
        );
        script.wait();
        script.round(
            {{"uptime", "11 seconds"},
             {"clients/connected", "4"},
             {"publish/messages/dropped", "50"}}
        );
    }

    std::vector<std::string> lines(std::size_t width, std::size_t height) {
        options.width = width;
        options.height = height;
        return draw(brokers, options, script.clock.now(), script.clock.wall_now());
    }

    std::string text(std::size_t width = 80, std::size_t height = 24) {
        std::string all;
        for (const std::string& line : lines(width, height))
            all += line + "\n";
        return all;
    }

    bool has(const std::string& part) { return text().find(part) != std::string::npos; }

    Script script;
    ScreenOptions options;
    std::vector<const BrokerState*> brokers{&script.state};
};

TEST_F(Screen, has_as_many_lines_as_asked_for_and_none_is_too_wide) {
    for (const std::size_t width : {20U, 45U, 80U, 200U}) {
        for (const std::size_t height : {8U, 24U, 50U}) {
            const auto all = lines(width, height);
            EXPECT_EQ(all.size(), height);
            for (const std::string& line : all)
                EXPECT_LE(width_of(line), width) << line;
        }
    }
}

TEST_F(Screen, shows_values_bars_and_what_happened) {
    EXPECT_TRUE(has("broker:1883  up 11 seconds")) << text();
    EXPECT_TRUE(has("clients               4 ▅█")) << text();
    EXPECT_TRUE(has("dropped/s             5 █")) << text();
    EXPECT_TRUE(has("messages are dropped")) << text();
    EXPECT_TRUE(has("retained              -")) << text();
}

TEST_F(Screen, least_mean_and_most_stand_beside_the_bars) {
    const auto all = lines(80, 24);
    EXPECT_TRUE(all[2].ends_with("2        3        4")) << all[2];
}

TEST_F(Screen, drops_are_red) {
    options.color = true;
    EXPECT_TRUE(has("\x1b[31m")) << text();
}

TEST_F(Screen, old_values_are_not_shown) {
    script.state.on_lost("connection refused", script.clock.now(), script.clock.wall_now());
    EXPECT_TRUE(has("connection refused, 0 s old")) << text();
    EXPECT_TRUE(has("clients           stale")) << text();
}

TEST_F(Screen, in_ASCII_every_character_is) {
    options.ascii = true;
    const std::string all = text();
    EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](char c) {
        return c == '\n' || (c >= ' ' && c < 127);
    })) << all;
    EXPECT_TRUE(has("dropped/s             5 #")) << all;
}

TEST_F(Screen, the_values_can_be_filtered_sorted_and_moved) {
    options.filter = "clients";
    EXPECT_TRUE(has("values by name, with \"clients\"")) << text();
    EXPECT_FALSE(has("publish.messages.dropped")) << text();
    options.filter.clear();
    options.sort = SortBy::rate;
    const std::string all = text();
    EXPECT_LT(all.find("publish.messages.dropped"), all.find("clients.connected")) << all;
    options.first_row = 1;
    EXPECT_FALSE(has("publish.messages.dropped")) << text();
}

TEST_F(Screen, several_brokers_stand_beside_each_other) {
    Script other;
    other.round({{"clients/connected", "9"}});
    brokers.push_back(&other.state);
    const auto wide = lines(200, 50);
    EXPECT_TRUE(wide[2].starts_with("clients               4")) << wide[2];
    EXPECT_NE(wide[2].find("clients               9"), std::string::npos) << wide[2];
    EXPECT_TRUE(has("1 more brokers: the screen is too narrow")) << text();
}

TEST_F(Screen, help_shows_the_keys) {
    options.help = true;
    EXPECT_TRUE(has("q  end")) << text();
}

TEST(Sparkline, the_highest_sample_is_a_full_bar) {
    EXPECT_EQ(sparkline({0, 5, 10}, 10, true), "_=#");
    EXPECT_EQ(sparkline({0, 5, 10}, 2, false), "▅█");
    EXPECT_EQ(sparkline({0, 0}, 10, false), "▁▁");
    EXPECT_EQ(sparkline({}, 10, false), "");
}

TEST(Keys, arrows_are_not_letters) {
    const auto keys = read_keys("q\x1b[A\x1b[B\r\x7f\x01");
    ASSERT_EQ(keys.size(), 5U);
    EXPECT_EQ(keys[0].character, 'q');
    EXPECT_EQ(keys[1].key, Key::up);
    EXPECT_EQ(keys[2].key, Key::down);
    EXPECT_EQ(keys[3].key, Key::enter);
    EXPECT_EQ(keys[4].key, Key::backspace);
}

} // namespace
} // namespace mqtt_sysmon
