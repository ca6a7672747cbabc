#include "tools/mqtt-sub/handlers/process.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace mqtt_sub {

using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kill_delay{5};
constexpr std::size_t most_output = std::size_t{16} << 20U;
constexpr std::size_t error_tail_size = 4096;
constexpr int message_descriptor = 3;

/// A descriptor that is closed when it is not needed any more.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

    void reset(int fd) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = fd;
    }

private:
    int fd_;
};

/// A file in memory: the handler may read it at its own pace, or not at all.
int memory_file(base::Bytes bytes) {
    const int fd = ::memfd_create("message", MFD_CLOEXEC);
    if (fd < 0) return -1;
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t n = ::write(fd, bytes.data() + written, bytes.size() - written);
        if (n <= 0) {
            ::close(fd);
            return -1;
        }
        written += static_cast<std::size_t>(n);
    }
    ::lseek(fd, 0, SEEK_SET);
    return fd;
}

/// Pointers to the texts, with the nullptr that exec wants at the end.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        all.push_back(
            const_cast<char*>(text.c_str()) // NOLINT(cppcoreguidelines-pro-type-const-cast)
        );
    }
    return all;
}

/// What posix_spawn() takes besides arguments.
class SpawnActions {
public:
    SpawnActions() {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all_usual;
        sigemptyset(&all_usual);
        for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD})
            sigaddset(&all_usual, signal);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setsigdefault(&attributes, &all_usual);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        );
    }

    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;

    ~SpawnActions() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }

    void give(int fd, int as) { ::posix_spawn_file_actions_adddup2(&files, fd, as); }

    /// Nothing of ours stays open in the handler: a process that it leaves behind would keep the
    /// connection to the broker.
    void close_from(int first) { ::posix_spawn_file_actions_addclosefrom_np(&files, first); }

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

} // namespace

Process::Process(boost::asio::io_context& context, const ProcessPlan& plan, Done done)
    : context_(context)
    , done_(std::move(done))
    , timer_(context)
    , output_(context)
    , error_(context) {
    start(plan);
    if (!end_.problem.empty()) {
        exited_ = true;
        finish_later();
        return;
    }
    if (plan.keep_output) read(output_, &Process::take_output);
    read(error_, &Process::take_error);
    if (plan.timeout.count() > 0) {
        timer_.expires_after(plan.timeout);
        timer_.async_wait([this](const error_code& error) {
            if (error || exited_) return;
            end_.timed_out = true;
            terminate();
        });
    }
}

Process::~Process() {
    *alive_ = false;
    if (id_ > 0 && !exited_) ::kill(-id_, SIGKILL);
}

void Process::start(const ProcessPlan& plan) {
    const Descriptor input(memory_file(plan.input));
    const Descriptor json(memory_file(base::as_bytes(plan.message_json)));
    std::array<int, 2> error_pipe{-1, -1};
    std::array<int, 2> output_pipe{-1, -1};
    const bool piped = ::pipe2(error_pipe.data(), O_CLOEXEC) == 0 &&
                       (!plan.keep_output || ::pipe2(output_pipe.data(), O_CLOEXEC) == 0);
    Descriptor error_read(error_pipe[0]);
    const Descriptor error_write(error_pipe[1]);
    Descriptor output_read(output_pipe[0]);
    const Descriptor output_write(output_pipe[1]);
    if (input.get() < 0 || json.get() < 0 || !piped) {
        end_.problem = std::strerror(errno);
        return;
    }
    SpawnActions actions;
    // 3 may be one of ours: what it gets there comes last.
    actions.give(input.get(), STDIN_FILENO);
    if (plan.keep_output) actions.give(output_write.get(), STDOUT_FILENO);
    actions.give(error_write.get(), STDERR_FILENO);
    actions.give(json.get(), message_descriptor);
    actions.close_from(message_descriptor + 1);
    std::vector<char*> arguments = pointers(plan.arguments);
    arguments.push_back(nullptr);
    std::vector<char*> environment = pointers(plan.environment);
    for (char** one = environ; *one != nullptr; ++one)
        environment.push_back(*one);
    environment.push_back(nullptr);
    const int error = ::posix_spawnp(
        &id_,
        arguments.front(),
        &actions.files,
        &actions.attributes,
        arguments.data(),
        environment.data()
    );
    if (error != 0) {
        id_ = 0;
        end_.problem = std::strerror(error);
        return;
    }
    const auto open = [](Reader& reader, int fd) {
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
        reader.pipe.assign(fd);
        reader.open = true;
    };
    open(error_, error_read.release());
    if (plan.keep_output) open(output_, output_read.release());
}

void Process::read(Reader& reader, void (Process::*take)(std::string_view)) {
    reader.pipe.async_read_some(
        boost::asio::buffer(reader.buffer),
        [this, &reader, take, alive = alive_](const error_code& error, std::size_t size) {
            if (!*alive) return;
            if (error) return close(reader);
            (this->*take)({reader.buffer.data(), size});
            if (reader.open) read(reader, take);
        }
    );
}

void Process::take_output(std::string_view text) {
    if (end_.output.size() + text.size() <= most_output) {
        end_.output += text;
        return;
    }
    end_.output_too_large = true;
    terminate();
}

void Process::take_error(std::string_view text) {
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) == 0);
    end_.error_tail += text;
    if (end_.error_tail.size() > error_tail_size)
        end_.error_tail.erase(0, end_.error_tail.size() - error_tail_size);
}

void Process::close(Reader& reader) {
    error_code ignored;
    reader.pipe.close(ignored);
    reader.open = false;
}

void Process::on_exit(int status) {
    exited_ = true;
    timer_.cancel();
    if (WIFSIGNALED(status)) {
        end_.signal = WTERMSIG(status);
    } else {
        end_.code = WEXITSTATUS(status);
    }
    finish_later();
}

// What it has written before it ended is in the pipes already. A process that it left behind may
// keep them open, and is not waited for.
void Process::finish_later() {
    const auto drain = [this](Reader& reader, void (Process::*take)(std::string_view)) {
        while (reader.open) {
            const ssize_t size =
                ::read(reader.pipe.native_handle(), reader.buffer.data(), reader.buffer.size());
            if (size <= 0) return close(reader);
            (this->*take)({reader.buffer.data(), static_cast<std::size_t>(size)});
        }
    };
    boost::asio::post(context_, [this, drain, alive = alive_] {
        if (!*alive) return;
        drain(output_, &Process::take_output);
        drain(error_, &Process::take_error);
        const Done done = std::move(done_);
        done(std::move(end_));
    });
}

void Process::terminate() {
    if (exited_ || terminated_) return;
    terminated_ = true;
    ::kill(-id_, SIGTERM);
    timer_.expires_after(kill_delay);
    timer_.async_wait([this](const error_code& error) {
        if (!error && !exited_) ::kill(-id_, SIGKILL);
    });
}

} // namespace mqtt_sub
