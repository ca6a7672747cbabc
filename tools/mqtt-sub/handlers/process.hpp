// One run of a handler: a process group of its own, the payload on standard input, the message as
// JSON on descriptor 3, what it writes read while it runs. Owned by who started it, on the thread
// of the io_context. Knows nothing of MQTT.
#pragma once

#include "common/base/bytes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

/// What to start. Views live as long as the call.
struct ProcessPlan {
    const std::vector<std::string>& arguments;   ///< the program first, found in PATH
    const std::vector<std::string>& environment; ///< "NAME=value", added to ours
    base::Bytes input;                           ///< standard input
    std::string_view message_json;               ///< descriptor 3
    std::chrono::milliseconds timeout{0};        ///< 0: none; then TERM, and KILL 5 seconds later
    bool keep_output = false;                    ///< standard output is read, not passed on
};

struct ProcessEnd {
    int code = 0;   ///< of exit
    int signal = 0; ///< that ended it; 0: none
    bool timed_out = false;
    bool output_too_large = false;
    std::string output;     ///< of standard output, when it was kept
    std::string error_tail; ///< the last of standard error, at most 4096 bytes
    std::string problem;    ///< why it could not be started; empty: it ran
};

class Process {
public:
    using Done = std::function<void(ProcessEnd)>;

    /// done is called once, not from inside of this call. Standard error is passed on as it comes.
    Process(boost::asio::io_context& context, const ProcessPlan& plan, Done done);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    /// Kills what still runs; done is not called then.
    ~Process();

    [[nodiscard]] pid_t id() const { return id_; }

    /// The process has ended, as waitpid() says.
    void on_exit(int status);

    /// TERM to the group, and KILL later.
    void terminate();

private:
    /// A pipe whose end is read until it is closed.
    struct Reader {
        explicit Reader(boost::asio::io_context& context) : pipe(context) {}

        boost::asio::posix::stream_descriptor pipe;
        std::array<char, 4096> buffer{};
        bool open = false;
    };

    void start(const ProcessPlan& plan);
    void read(Reader& reader, void (Process::*take)(std::string_view));
    void take_output(std::string_view text);
    void take_error(std::string_view text);
    void close(Reader& reader);
    void finish_later();

    boost::asio::io_context& context_;
    Done done_;
    pid_t id_ = 0; ///< 0: none runs
    boost::asio::steady_timer timer_;
    Reader output_;
    Reader error_;
    ProcessEnd end_;
    bool exited_ = false;
    bool terminated_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace mqtt_sub
