#include "tools/mqttd/persistence/commit_planner.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mqttd {

namespace {

using Kind = Change::Kind;

/// Of whole sessions, not of rows: few, and replaced as a whole by later ones.
bool is_of_session(Kind kind) {
    return kind == Kind::put_session || kind == Kind::put_unreleased;
}

} // namespace

void CommitPlanner::add(JournalGroup& group) {
    if (has_moved_) find_again();
    for (Change& change : group.changes) {
        CommitTokenPtr token;
        if (change.token != 0) token = group.tokens[change.token - 1U];
        if (change.kind == Kind::settle) {
            settle(token);
        } else if (token && !token->is_committed()) {
            withhold(token, std::move(change));
        } else {
            take(std::move(change));
        }
    }
    group.changes.clear();
}

void CommitPlanner::restore(const Message& message, StoreId id, std::uint32_t rows) {
    message.store_mark() = {.id = id, .rows = rows, .pending = 0};
}

void CommitPlanner::take(Change change) {
    switch (change.kind) {
    case Kind::put_row:
        return put_row(std::move(change));
    case Kind::update_row:
        return update_row(std::move(change));
    case Kind::drop_row:
        return drop_row(std::move(change));
    case Kind::put_session:
    case Kind::drop_session:
        if (supersede_withheld(change)) return;
        break;
    default:
        break;
    }
    net_.push_back(std::move(change));
}

// --- rows and messages ---

void CommitPlanner::put_row(Change change) {
    if (change.message) {
        acquire(change.message);
        change.message_id = change.message->store_mark().id;
    }
    put_rows_[change.id] = net_.size();
    net_.push_back(std::move(change));
}

void CommitPlanner::update_row(Change change) {
    if (change_withheld(change)) return;
    const bool lets_go = change.state == RowState::awaiting_pubcomp;
    if (const auto found = put_rows_.find(change.id); found != put_rows_.end()) {
        Change& row = net_[found->second];
        row.state = change.state;
        row.packet_id = change.packet_id;
        if (!lets_go) return;
        row.message_id = 0;
        const MessagePtr message = std::move(row.message);
        if (message) let_go(message);
        return;
    }
    const MessagePtr message = std::move(change.message);
    net_.push_back(std::move(change));
    if (lets_go && message) let_go(message);
}

void CommitPlanner::drop_row(Change change) {
    if (change_withheld(change)) return;
    const MessagePtr message = change.message;
    if (const auto found = put_rows_.find(change.id); found != put_rows_.end()) {
        cancel(found->second);
        put_rows_.erase(found);
        ++elided_;
    } else {
        net_.push_back(std::move(change));
    }
    if (message) let_go(message);
}

void CommitPlanner::acquire(const MessagePtr& message) {
    StoreMark& mark = message->store_mark();
    if (mark.rows++ > 0) return;
    if (message_ids_left_ == 0) {
        next_message_id_ = ids_.take_block();
        message_ids_left_ = StoreIds::block_size;
    }
    --message_ids_left_;
    mark.id = next_message_id_++;
    Change& change = net_.emplace_back();
    change.kind = Kind::put_message;
    change.id = mark.id;
    change.message = message;
    mark.pending = static_cast<std::uint32_t>(net_.size());
}

void CommitPlanner::let_go(const MessagePtr& message) {
    StoreMark& mark = message->store_mark();
    if (--mark.rows > 0) return;
    if (mark.pending != 0) {
        cancel(mark.pending - 1);
    } else {
        Change& change = net_.emplace_back();
        change.kind = Kind::drop_message;
        change.id = mark.id;
        change.message = message;
    }
    mark = {};
}

void CommitPlanner::cancel(std::size_t index) {
    net_[index] = {};
    net_[index].kind = Kind::settle;
    has_cancelled_ = true;
}

// --- tokens ---

void CommitPlanner::withhold(const CommitTokenPtr& token, Change change) {
    if (change.kind == Kind::put_row) withheld_rows_[change.id] = token.get();
    Withheld& held = withheld_[token.get()];
    if (is_of_session(change.kind)) ++held.sessions;
    held.changes.push_back(std::move(change));
}

void CommitPlanner::settle(const CommitTokenPtr& token) {
    settled_.push_back(token);
    auto held = withheld_.extract(token.get());
    if (held.empty()) return;
    for (Change& change : held.mapped().changes) {
        if (change.kind == Kind::put_row) withheld_rows_.erase(change.id);
        take(std::move(change));
    }
}

/// A row that is not in net_ yet because its token is open changes where it waits.
bool CommitPlanner::change_withheld(const Change& change) {
    if (withheld_rows_.empty()) return false;
    const auto found = withheld_rows_.find(change.id);
    if (found == withheld_rows_.end()) return false;
    auto& changes = withheld_.find(found->second)->second.changes;
    const auto row = std::find_if(changes.begin(), changes.end(), [&](const Change& other) {
        return other.kind == Kind::put_row && other.id == change.id;
    });
    if (change.kind == Kind::drop_row) {
        changes.erase(row);
        withheld_rows_.erase(found);
        ++elided_;
        return true;
    }
    row->state = change.state;
    row->packet_id = change.packet_id;
    if (change.state == RowState::awaiting_pubcomp) row->message = {};
    return true;
}

// A later record of a session takes the place of one that still waits, and waits itself: what
// belongs to the older one, such as the rows of its will, is not on disk yet. A session that is
// gone has no unreleased messages. True: nothing is left to do.
bool CommitPlanner::supersede_withheld(Change& change) {
    bool is_replaced = false;
    for (auto& [token, held] : withheld_) {
        if (held.sessions == 0) continue;
        if (change.kind == Kind::drop_session) {
            held.sessions -= std::erase_if(held.changes, [&](const Change& other) {
                return other.id == change.id && is_of_session(other.kind);
            });
            continue;
        }
        for (Change& other : held.changes) {
            if (other.id != change.id || other.kind != Kind::put_session) continue;
            other.detail = change.detail;
            is_replaced = true;
        }
    }
    return is_replaced;
}

// --- the batch ---

std::span<const Change> CommitPlanner::net() {
    if (has_cancelled_) {
        std::erase_if(net_, [](const Change& change) { return change.kind == Kind::settle; });
        has_cancelled_ = false;
        has_moved_ = true;
    }
    return net_;
}

/// After a commit that failed: more changes come on top of those that were to be written.
void CommitPlanner::find_again() {
    put_rows_.clear();
    for (std::size_t i = 0; i < net_.size(); ++i) {
        const Change& change = net_[i];
        if (change.kind == Kind::put_row) put_rows_[change.id] = i;
        if (change.kind == Kind::put_message) {
            change.message->store_mark().pending = static_cast<std::uint32_t>(i) + 1;
        }
    }
    has_moved_ = false;
}

std::vector<Change> CommitPlanner::take_drops() {
    std::vector<Change> drops;
    std::vector<Change> rest;
    for (Change& change : net_) {
        const bool drops_something =
            change.kind == Kind::drop_row || change.kind == Kind::drop_message;
        (drops_something ? drops : rest).push_back(std::move(change));
    }
    net_ = std::move(rest);
    has_moved_ = true;
    return drops;
}

void CommitPlanner::put_back(std::vector<Change> drops) {
    net_.insert(
        net_.end(), std::make_move_iterator(drops.begin()), std::make_move_iterator(drops.end())
    );
}

void CommitPlanner::committed() {
    for (const Change& change : net_) {
        if (change.kind == Kind::put_message) change.message->store_mark().pending = 0;
    }
    for (const CommitTokenPtr& token : settled_)
        token->set_committed();
    settled_.clear();
    net_.clear();
    put_rows_.clear();
    has_moved_ = false;
}

} // namespace mqttd
