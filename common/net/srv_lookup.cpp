#include "common/net/srv_lookup.hpp"

#include "common/net/file_descriptor.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace net {

namespace {

namespace asio = boost::asio;

constexpr std::size_t largest_message = 65535;
constexpr int seconds_between_tries = 2;
constexpr int tries = 3;

struct Question {
    std::string name;
    std::optional<HostPort> name_server;
};

/// The C library's resolver, for one question.
class Resolver {
public:
    Resolver() : usable_(::res_ninit(&state_) == 0) {
        state_.retrans = seconds_between_tries;
        state_.retry = tries;
    }

    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    ~Resolver() { ::res_nclose(&state_); }

    void use(const HostPort& name_server) {
        sockaddr_in& first = state_.nsaddr_list[0];
        first = {};
        first.sin_family = AF_INET;
        first.sin_port = htons(name_server.port);
        usable_ = ::inet_pton(AF_INET, name_server.host.c_str(), &first.sin_addr) == 1;
        state_.nscount = 1;
    }

    SrvLookup::Result ask(const std::string& name) {
        if (!usable_) return SrvLookup::Error{"the resolver cannot be set up"};
        base::ByteBuffer answer(largest_message);
        const int size = ::res_nquery(
            &state_, name.c_str(), ns_c_in, ns_t_srv, answer.data(), static_cast<int>(answer.size())
        );
        if (size < 0) return why_not();
        answer.resize(std::min(static_cast<std::size_t>(size), answer.size()));
        std::vector<SrvRecord> records = parse_srv_answer(answer);
        if (records.empty()) return SrvLookup::Error{"there is no such record", true};
        return records;
    }

private:
    [[nodiscard]] SrvLookup::Error why_not() const {
        if (state_.res_h_errno == HOST_NOT_FOUND || state_.res_h_errno == NO_DATA)
            return {"there is no such record", true};
        if (state_.res_h_errno == TRY_AGAIN) return {"no answer from the name server"};
        return {"the name server failed"};
    }

    struct __res_state state_ {};

    bool usable_;
};

SrvLookup::Result ask(const Question& question) {
    Resolver resolver;
    if (question.name_server) resolver.use(*question.name_server);
    return resolver.ask(question.name);
}

} // namespace

/// What a look-up and its thread share: the event that wakes the io_context. The thread may live
/// longer than everything else.
class SrvLookup::Waiting : public std::enable_shared_from_this<Waiting> {
public:
    Waiting(asio::io_context& context, Handler handler)
        : handler_(std::move(handler)), event_(context) {}

    void start(Question question) {
        FileDescriptor awaited(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        FileDescriptor wake = awaited.duplicate();
        if (!awaited || !wake) return refuse(errno);
        event_.assign(awaited.release());
        std::promise<Result> promise;
        result_ = promise.get_future();
        auto work = [question = std::move(question),
                     wake = std::move(wake),
                     promise = std::move(promise)]() mutable {
            promise.set_value(ask(question));
            const std::uint64_t one = 1; // always fits: nothing else was written
            static_cast<void>(::write(wake.get(), &one, sizeof one) == sizeof one);
        };
        try {
            std::thread(std::move(work)).detach();
        } catch (const std::system_error& failure) {
            return refuse(failure.code().value());
        }
        event_.async_wait(
            asio::posix::stream_descriptor::wait_read,
            [self = shared_from_this()](const boost::system::error_code& error) {
                if (!error) self->finish(self->result_.get());
            }
        );
    }

    void cancel() {
        handler_ = nullptr;
        boost::system::error_code ignored; // closing what may be closed
        event_.close(ignored);
    }

private:
    void refuse(int error) {
        asio::post(event_.get_executor(), [self = shared_from_this(), error] {
            self->finish(Error{std::generic_category().message(error)});
        });
    }

    void finish(Result result) {
        if (handler_ == nullptr) return;
        const Handler handler = std::exchange(handler_, nullptr);
        handler(std::move(result));
    }

    Handler handler_;
    asio::posix::stream_descriptor event_;
    std::future<Result> result_;
};

void SrvLookup::start(
    const std::string& name, const std::optional<HostPort>& name_server, Handler handler
) {
    waiting_ = std::make_shared<Waiting>(context_, std::move(handler));
    waiting_->start({name, name_server});
}

void SrvLookup::cancel() {
    if (waiting_ == nullptr) return;
    waiting_->cancel();
    waiting_.reset();
}

} // namespace net
