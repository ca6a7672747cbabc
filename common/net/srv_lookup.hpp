// Asks the DNS for SRV records, with the C library's resolver on a thread of its own, as that one
// waits. Owned by the connector's attempt; used on the thread that runs its io_context. A look-up
// that is given up ends by itself within the resolver's time limits; nobody waits for it.
#pragma once

#include "common/base/result.hpp"
#include "common/net/srv_record.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace net {

class SrvLookup {
public:
    struct Error {
        std::string what;
        bool no_record = false; ///< an answer, and it says that there is none
    };

    using Result = base::Result<std::vector<SrvRecord>, Error>;
    using Handler = std::function<void(Result)>;

    explicit SrvLookup(boost::asio::io_context& context) : context_(context) {}

    SrvLookup(const SrvLookup&) = delete;
    SrvLookup& operator=(const SrvLookup&) = delete;

    ~SrvLookup() { cancel(); }

    /// Calls handler once, never from inside this call. Once.
    void
    start(const std::string& name, const std::optional<HostPort>& name_server, Handler handler);
    /// The handler will not be called any more.
    void cancel();

private:
    class Waiting;

    boost::asio::io_context& context_;
    std::shared_ptr<Waiting> waiting_;
};

} // namespace net
