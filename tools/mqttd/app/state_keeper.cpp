#include "tools/mqttd/app/state_keeper.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>

namespace mqttd {

Committer::Listener tell_by_mail(const std::vector<Inbox*>& inboxes, base::Log& log) {
    const auto tell_all = [inboxes](StoreState state) {
        for (Inbox* const inbox : inboxes)
            inbox->post(StoreStateMail{state});
    };
    return {
        .committed = [inboxes](
                         unsigned shard, std::uint64_t number
                     ) { inboxes[shard]->post(CommittedMail{number}); },
        .degraded = [tell_all] { tell_all(StoreState::degraded); },
        .recovered = [tell_all] { tell_all(StoreState::working); },
        .fatal =
            [&log](const StoreError&) {
                log.drain();
                std::abort();
            },
    };
}

StateKeeper::StateKeeper(
    std::unique_ptr<Store> store,
    std::vector<Inbox*> inboxes,
    base::Log& log,
    const base::Clock& clock
)
    : inboxes_(std::move(inboxes))
    , log_(log)
    , clock_(clock)
    , store_(std::move(store))
    , committer_(
          *store_,
          queue_,
          ids_,
          log,
          static_cast<unsigned>(inboxes_.size()),
          tell_by_mail(inboxes_, log)
      )
    , thread_(*store_, committer_, queue_, clock) {}

void StateKeeper::answer_at(const std::string& store_path) {
    auto socket = StoreService::open_socket(store_path);
    if (socket.has_error()) {
        const net::ListenError& error = socket.error();
        log_.write(
            base::LogLevel::warning,
            "the store can be copied only while mqttd is stopped: " + error.message +
                (error.hint.empty() ? "" : "; " + error.hint)
        );
        return;
    }
    service_ = std::make_unique<StoreService>(
        std::move(*socket),
        [this](std::string path, StoreThread::Done done) {
            thread_.back_up(std::move(path), std::move(done));
        },
        log_
    );
}

StoreResult<void> StateKeeper::restore(
    std::span<const std::unique_ptr<Shard>> shards, const HomeMap& homes, const BrokerConfig& config
) {
    const StoreTimes now = times();
    for (const auto& shard : shards)
        shard->use_store(queue_, ids_);
    const auto restored = restore_state(*store_, {shards, homes, config, ids_}, now);
    if (restored.has_error()) return restored.error();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - now.steady);
    log_.write(
        base::LogLevel::information,
        "restored " + *restored + " in " + std::to_string(took.count()) + " ms"
    );
    return {};
}

void StateKeeper::stop() {
    if (std::exchange(closed_, true)) return;
    thread_.stop();
    service_.reset();
    const auto closed = store_->close();
    if (closed.has_error()) log_.write(base::LogLevel::error, closed.error().text);
}

} // namespace mqttd
