#include "tools/mqtt-rr/correlation.hpp"

#include <gtest/gtest.h>

namespace mqtt_rr {
namespace {

using namespace std::chrono_literals;

class CorrelationTest : public testing::Test {
protected:
    Correlation make(std::size_t count, std::string own = {}) {
        Correlation correlation(count, std::move(own), entropy_);
        for (std::size_t request = 0; request < count; ++request)
            correlation.sent(request, start_);
        return correlation;
    }

    base::FixedEntropy entropy_{1};
    Correlation::Time start_{10s};
};

TEST_F(CorrelationTest, every_request_has_data_of_its_own) {
    const Correlation first = make(2);
    const Correlation second = make(1);
    EXPECT_NE(first.data_of(0), first.data_of(1));
    EXPECT_NE(first.data_of(0), second.data_of(0)) << "of another run";
}

TEST_F(CorrelationTest, an_answer_belongs_to_the_request_with_its_data) {
    Correlation correlation = make(12);
    EXPECT_EQ(correlation.find(correlation.data_of(11)), 11U);
    EXPECT_EQ(correlation.find(correlation.data_of(1)), 1U);
}

TEST_F(CorrelationTest, what_is_no_data_of_ours_belongs_to_nothing) {
    Correlation correlation = make(2);
    const std::string data = correlation.data_of(1);
    for (const std::string& other :
         {std::string(),
          data + "0",
          data + " ",
          data.substr(0, data.size() - 1),
          data.substr(0, data.size() - 1) + "01",
          data.substr(0, data.size() - 1) + "2",
          data.substr(0, data.size() - 1) + "18446744073709551617",
          std::string("x")}) {
        EXPECT_EQ(correlation.find(other), std::nullopt) << other;
    }
}

TEST_F(CorrelationTest, a_request_is_answered_once) {
    Correlation correlation = make(2);
    const std::string data = correlation.data_of(0);
    EXPECT_EQ(correlation.answered(0, "a", start_ + 3ms), 3ms);
    EXPECT_EQ(correlation.find(data), std::nullopt);
    EXPECT_EQ(correlation.waiting(), 1U);
}

TEST_F(CorrelationTest, a_request_that_was_not_sent_has_no_answer) {
    const Correlation correlation(1, {}, entropy_);
    EXPECT_EQ(correlation.find(correlation.data_of(0)), std::nullopt);
    EXPECT_EQ(correlation.find(std::nullopt), std::nullopt);
}

TEST_F(CorrelationTest, answers_are_shown_in_the_order_of_the_requests) {
    Correlation correlation = make(4);
    static_cast<void>(correlation.answered(2, "c", start_));
    EXPECT_EQ(correlation.take_ready(), "");
    static_cast<void>(correlation.answered(0, "a", start_));
    EXPECT_EQ(correlation.take_ready(), "a");
    static_cast<void>(correlation.answered(1, "b", start_));
    EXPECT_EQ(correlation.take_ready(), "bc");
}

TEST_F(CorrelationTest, what_came_for_later_requests_is_not_lost_when_an_earlier_one_stays_open) {
    Correlation correlation = make(3);
    static_cast<void>(correlation.answered(1, "b", start_));
    static_cast<void>(correlation.answered(2, "c", start_));
    EXPECT_EQ(correlation.take_ready() + correlation.take_rest(), "bc");
}

TEST_F(CorrelationTest, data_of_the_user_is_taken_as_it_is) {
    const Correlation correlation = make(1, "mine");
    EXPECT_EQ(correlation.data_of(0), "mine");
    EXPECT_EQ(correlation.find("mine"), 0U);
    EXPECT_EQ(correlation.find("other"), std::nullopt);
}

TEST_F(CorrelationTest, without_correlation_an_answer_is_that_of_the_request_sent_last) {
    Correlation correlation(2, {}, entropy_);
    correlation.sent(0, start_);
    EXPECT_EQ(correlation.find(std::nullopt), 0U);
    static_cast<void>(correlation.answered(0, "a", start_));
    EXPECT_EQ(correlation.find(std::nullopt), std::nullopt);
    correlation.sent(1, start_);
    EXPECT_EQ(correlation.find(std::nullopt), 1U);
}

} // namespace
} // namespace mqtt_rr
