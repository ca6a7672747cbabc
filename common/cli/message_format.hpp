// The output format of received messages, as -F gives it: parsed once, used for each message. Reads
// the system's time zone; otherwise pure.
#pragma once

#include "common/base/clock.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Text with %-fields of the message, @-fields of the time (@H as strftime's %H, @N nanoseconds)
/// and the escapes \\ \0 \a \e \n \r \t \v.
///
/// A field is %[-][0][width][.precision]X. Width is a minimum, in characters, filled with blanks on
/// the left, with - on the right, with 0 for numbers by zeros. Precision is a maximum of characters
/// for texts, decimals of %f and %d; of %x and %X it is the number of digits between two
/// separators, and the character behind it is the separator.
class MessageFormat {
public:
    /// Throws UsageError that begins with name and says where.
    [[nodiscard]] static MessageFormat parse(std::string_view name, std::string_view format);

    /// pretty: %j and %J over several lines.
    void append(std::string& out, const mqtt::Publish& packet, base::WallTime received, bool pretty)
        const;

    /// One piece of a format.
    struct Piece {
        char code = '\0';   ///< of a field; '@' a time field; 0 text
        std::string text{}; ///< or the strftime format
        bool left = false;
        bool zeros = false;
        std::size_t width = 0;
        std::optional<std::size_t> precision{};
        char separator = '\0';
    };

private:
    std::vector<Piece> pieces_;
};

/// What %I prints: "2026-11-25T18:30:00+0100".
[[nodiscard]] std::string iso_time(base::WallTime time);
/// The tst of JSON: the same with microseconds.
[[nodiscard]] std::string iso_time_with_microseconds(base::WallTime time);

} // namespace cli
