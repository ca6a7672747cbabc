#include "tools/mqttd/persistence/journal.hpp"

#include <algorithm>

namespace mqttd {

Journal::Journal(unsigned shard, CommitQueue& queue, StoreIds& ids) : queue_(queue), ids_(ids) {
    current_.shard = shard;
    current_.number = 1;
}

StoreId Journal::new_id() {
    if (ids_left_ == 0) {
        next_id_ = ids_.take_block();
        ids_left_ = StoreIds::block_size;
    }
    --ids_left_;
    return next_id_++;
}

Journal::Bearing::Bearing(Journal* journal, std::uint16_t tag, CommitTokenPtr foreign)
    : journal_(journal) {
    if (journal_ == nullptr) return;
    tag_before_ = std::exchange(journal_->tag_, tag);
    foreign_before_ = std::exchange(journal_->foreign_, std::move(foreign));
}

Change& Journal::add(Change::Kind kind) {
    if (tag_ == foreign_tag) tag_ = tag_of(foreign_);
    Change& change = current_.changes.emplace_back();
    change.kind = kind;
    change.token = tag_;
    current_.bytes += sizeof(Change);
    return change;
}

void Journal::put_row(const RowRecord& row, const MessagePtr& message) {
    Change& change = add(Change::Kind::put_row);
    change.id = row.id;
    change.session = row.session;
    change.identifier = row.identifier;
    change.packet_id = row.packet_id;
    change.state = row.state;
    change.qos = row.qos;
    change.retain = row.retain;
    change.message = message;
    change.detail = row.shared;
    if (message) current_.bytes += message->memory_bytes();
}

void Journal::sent(StoreId row, RowState state, mqtt::PacketId packet_id) {
    Change& change = add(Change::Kind::update_row);
    change.id = row;
    change.state = state;
    change.packet_id = packet_id;
}

void Journal::received(StoreId row, mqtt::PacketId packet_id, const MessagePtr& message) {
    sent(row, RowState::awaiting_pubcomp, packet_id);
    current_.changes.back().message = message;
}

void Journal::drop_row(StoreId row, const MessagePtr& message) {
    Change& change = add(Change::Kind::drop_row);
    change.id = row;
    change.message = message;
}

void Journal::put_session(SessionRecord record) {
    Change& change = add(Change::Kind::put_session);
    change.id = record.id;
    change.detail = std::make_shared<const SessionRecord>(std::move(record));
}

void Journal::drop_session(StoreId session) {
    add(Change::Kind::drop_session).id = session;
}

void Journal::put_subscription(SubscriptionRecord record) {
    Change& change = add(Change::Kind::put_subscription);
    change.id = record.session;
    change.detail = std::make_shared<const SubscriptionRecord>(std::move(record));
}

void Journal::drop_subscription(StoreId session, std::string filter) {
    Change& change = add(Change::Kind::drop_subscription);
    change.id = session;
    change.detail = std::make_shared<const SubscriptionRecord>(SubscriptionRecord{
        .session = session, .filter = std::move(filter), .subscription = {}});
}

void Journal::put_unreleased(StoreId session, mqtt::PacketId packet_id) {
    Change& change = add(Change::Kind::put_unreleased);
    change.id = session;
    change.packet_id = packet_id;
}

void Journal::drop_unreleased(StoreId session, mqtt::PacketId packet_id) {
    Change& change = add(Change::Kind::drop_unreleased);
    change.id = session;
    change.packet_id = packet_id;
}

std::uint16_t Journal::tag_of(const CommitTokenPtr& token) {
    auto& tokens = current_.tokens;
    const auto found = std::find(tokens.begin() + 1, tokens.end(), token);
    const auto index = found - tokens.begin();
    if (found == tokens.end()) tokens.push_back(token);
    return static_cast<std::uint16_t>(index + 1);
}

Journal::Bearing Journal::bear(Journal* journal, const CommitTokenPtr& token) {
    return Bearing(journal, token ? foreign_tag : std::uint16_t{0}, token);
}

const CommitTokenPtr& Journal::token_for_mail() {
    ++mails_;
    CommitTokenPtr& own = current_.tokens.front();
    if (!own) own = std::make_shared<CommitToken>(current_.shard, current_.number);
    return own;
}

void Journal::settle(const CommitTokenPtr& token) {
    const std::uint16_t tag = tag_of(token);
    add(Change::Kind::settle).token = tag;
}

std::optional<Journal::Posted> Journal::post() {
    if (position() == 0) return std::nullopt;
    Posted posted{.group = current_.number, .own = current_.tokens.front(), .foreign = {}};
    posted.foreign.assign(current_.tokens.begin() + 1, current_.tokens.end());
    const JournalGroup next{
        .shard = current_.shard, .number = current_.number + 1, .changes = {}, .bytes = 0};
    queue_.post(std::exchange(current_, next));
    mails_ = 0;
    return posted;
}

} // namespace mqttd
