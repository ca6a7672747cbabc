// What shards send each other. Each kind of mail is a plain struct; ownership moves with it.
// Nothing in a mail is shared but immutable messages, keys of shared subscriptions and
// configuration.
#pragma once

#include "tools/mqttd/connection/connection.hpp"
#include "tools/mqttd/persistence/commit_queue.hpp"
#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/retained/retained_query.hpp"
#include "tools/mqttd/retained/retained_store.hpp"
#include "tools/mqttd/routing/exchange.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace mqttd {

class Shard;

/// A shard has (or no longer has) subscribers for a filter. sequence counts the announcements of
/// the sender, both kinds together.
struct InterestMail {
    unsigned from = 0;
    std::uint64_t sequence = 0;
    bool present = false;
    std::string filter;
};

/// How many members of a shared subscription live on a shard.
struct MembersMail {
    unsigned from = 0;
    std::uint64_t sequence = 0;
    SharedKeyPtr key;
    MemberCount count;
};

/// All announcements up to sequence have been taken in by the sender of this mail.
struct ConfirmMail {
    unsigned from = 0;
    std::uint64_t sequence = 0;
};

/// A message for the local subscribers of the receiver.
struct RouteMail {
    MessagePtr message;
    CommitTokenPtr token; ///< that the changes it leads to bear; nullptr: none
};

/// A message for one member of a shared subscription.
struct SharedMail {
    MessagePtr message;
    SharedKeyPtr key;
    ShardMask tried = 0;
    CommitTokenPtr token; ///< of the turn that it comes from; nullptr: persistence is off, or QoS 0
    bool bears_token = false; ///< so do the changes it leads to
};

/// A message for the receiver's part of the retained set.
struct RetainMail {
    MessagePtr message;
};

/// All mail of one turn that may lead to changes on disk has come; it goes before this one.
struct TurnMail {
    CommitTokenPtr token;
};

/// All that came of one turn of the receiver has been posted to the store thread.
struct SettledMail {
    CommitTokenPtr token;
};

/// The store has this group of the receiver and all before it.
struct CommittedMail {
    std::uint64_t group = 0;
};

/// The store cannot be written any more, or again.
struct StoreStateMail {
    StoreState state = StoreState::working;
};

struct QueryMail {
    unsigned from = 0;
    RetainedQuery query;
};

/// The answer to a QueryMail.
struct BatchMail {
    std::uint64_t session = 0;
    std::uint64_t replay = 0;
    RetainedBatch batch;
};

/// A connection whose client lives on the receiver.
struct RehomeMail {
    std::unique_ptr<Connection> connection;
};

/// What was found out about a login.
struct VerdictMail {
    std::uint64_t connection = 0;
    LoginVerdict verdict = LoginVerdict::refused;
};

/// Work from the main thread, to be done on the shard's own.
struct TaskMail {
    std::function<void(Shard&)> task;
};

using Mail = std::variant<
    RouteMail,
    SharedMail,
    RetainMail,
    TurnMail,
    SettledMail,
    CommittedMail,
    StoreStateMail,
    InterestMail,
    MembersMail,
    ConfirmMail,
    QueryMail,
    BatchMail,
    RehomeMail,
    VerdictMail,
    TaskMail>;

} // namespace mqttd
