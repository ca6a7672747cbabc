#include "tools/mqttd/persistence/memory_store.hpp"

#include "common/base/assert.hpp"

#include <algorithm>
#include <set>

namespace mqttd {

namespace {

MemoryContent::StoredMessage copy_of(const Message& message, const StoreTimes& times) {
    return {
        .message = Message::create(message.parts()),
        .expires = calendar_expiry(message.expires(), times),
    };
}

void update(MemoryContent& content, const Change& change) {
    const auto found = content.rows.find(change.id);
    if (found == content.rows.end()) return;
    RowRecord& row = found->second;
    row.state = change.state;
    row.packet_id = change.packet_id;
    if (row.state == RowState::awaiting_pubcomp) row.message = 0;
}

void drop_session(MemoryContent& content, StoreId session) {
    content.sessions.erase(session);
    std::erase_if(content.subscriptions, [session](const auto& entry) {
        return entry.first.first == session;
    });
    std::erase_if(content.unreleased, [session](const auto& entry) {
        return entry.first == session;
    });
}

void apply(MemoryContent& content, const Change& change, const StoreTimes& times) {
    switch (change.kind) {
    case Change::Kind::put_message:
        content.messages.insert_or_assign(change.id, copy_of(*change.message, times));
        return;
    case Change::Kind::drop_message:
        content.messages.erase(change.id);
        return;
    case Change::Kind::put_row:
        content.rows.insert_or_assign(change.id, change.row());
        return;
    case Change::Kind::update_row:
        update(content, change);
        return;
    case Change::Kind::drop_row:
        content.rows.erase(change.id);
        return;
    case Change::Kind::put_session:
        content.sessions.insert_or_assign(change.session_record().id, change.session_record());
        return;
    case Change::Kind::drop_session:
        drop_session(content, change.id);
        return;
    case Change::Kind::put_subscription: {
        const SubscriptionRecord& record = change.subscription_record();
        content.subscriptions.insert_or_assign({record.session, record.filter}, record);
        return;
    }
    case Change::Kind::drop_subscription: {
        const SubscriptionRecord& record = change.subscription_record();
        content.subscriptions.erase({record.session, record.filter});
        return;
    }
    case Change::Kind::put_unreleased:
        content.unreleased.emplace(change.id, change.packet_id);
        return;
    case Change::Kind::drop_unreleased:
        content.unreleased.erase({change.id, change.packet_id});
        return;
    case Change::Kind::settle:
        break;
    }
    MIDGE_ASSERT(false, "only net changes reach a store");
}

bool is_whole(const MemoryContent& content, const RowRecord& row) {
    if (row.session != 0 && !content.sessions.contains(row.session)) return false;
    return row.state == RowState::awaiting_pubcomp || content.messages.contains(row.message);
}

/// Returns how many rows and messages were dropped.
std::uint64_t drop_orphans(MemoryContent& content) {
    std::uint64_t dropped = std::erase_if(content.rows, [&content](const auto& entry) {
        return !is_whole(content, entry.second);
    });
    std::set<StoreId> wanted;
    for (const auto& [id, row] : content.rows)
        wanted.insert(row.message);
    dropped += std::erase_if(content.messages, [&wanted](const auto& entry) {
        return !wanted.contains(entry.first);
    });
    const auto has_no_session = [&content](const auto& entry) {
        return !content.sessions.contains(entry.first);
    };
    std::erase_if(content.subscriptions, [&content](const auto& entry) {
        return !content.sessions.contains(entry.first.first);
    });
    std::erase_if(content.unreleased, has_no_session);
    return dropped;
}

StoreId highest_of(const MemoryContent& content) {
    StoreId highest = 0;
    if (!content.sessions.empty()) highest = content.sessions.rbegin()->first;
    if (!content.messages.empty()) highest = std::max(highest, content.messages.rbegin()->first);
    if (!content.rows.empty()) highest = std::max(highest, content.rows.rbegin()->first);
    return highest;
}

void hand_over(const MemoryContent& content, StoreReader& reader, const StoreTimes& times) {
    for (const auto& [id, session] : content.sessions)
        reader.on_session(session);
    for (const auto& [key, record] : content.subscriptions)
        reader.on_subscription(record);
    for (const auto& [session, packet_id] : content.unreleased)
        reader.on_unreleased(session, packet_id);
    for (const auto& [id, stored] : content.messages) {
        MessageParts parts = stored.message->parts();
        parts.expires = steady_expiry(stored.expires, times);
        reader.on_message(id, parts);
    }
    for (const auto& [id, row] : content.rows)
        reader.on_row(row);
}

} // namespace

void MemoryDisk::fail_commits(StoreFault fault, unsigned count) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    failures_left_ = count;
}

void MemoryDisk::stop_failing() {
    const std::lock_guard lock(mutex_);
    failures_left_ = 0;
}

MemoryContent MemoryDisk::content() const {
    const std::lock_guard lock(mutex_);
    return content_;
}

std::shared_ptr<MemoryDisk> MemoryDisk::backup(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    const auto found = backups_.find(path);
    if (found == backups_.end()) return nullptr;
    auto disk = std::make_shared<MemoryDisk>();
    disk->content_ = found->second;
    return disk;
}

StoreResult<std::unique_ptr<Store>> MemoryStore::open(const std::shared_ptr<MemoryDisk>& disk) {
    const std::lock_guard lock(disk->mutex_);
    if (disk->in_use_) {
        return StoreError{StoreFault::in_use, "memory: another store has it open; close that one"};
    }
    disk->in_use_ = true;
    return std::unique_ptr<Store>(new MemoryStore(disk));
}

MemoryStore::~MemoryStore() {
    const std::lock_guard lock(disk_->mutex_);
    disk_->in_use_ = false;
}

StoreResult<LoadSummary> MemoryStore::load(StoreReader& reader, const StoreTimes& times) {
    const std::lock_guard lock(disk_->mutex_);
    MemoryContent& content = disk_->content_;
    const StoreId highest = highest_of(content);
    const std::uint64_t orphans = drop_orphans(content);
    hand_over(content, reader, times);
    return LoadSummary{.highest_id = highest, .was_clean = content.clean, .orphans = orphans};
}

StoreResult<void> MemoryStore::commit(std::span<const Change> changes, const StoreTimes& times) {
    const std::lock_guard lock(disk_->mutex_);
    const bool fails = flush_failed_ || disk_->failures_left_ > 0;
    if (fails) {
        if (!flush_failed_) --disk_->failures_left_;
        const StoreFault fault = flush_failed_ ? StoreFault::flush_failed : disk_->fault_;
        flush_failed_ = fault == StoreFault::flush_failed;
        return StoreError{fault, "memory: told to fail"};
    }
    disk_->content_.clean = false;
    for (const Change& change : changes)
        apply(disk_->content_, change, times);
    return {};
}

StoreResult<bool> MemoryStore::tidy() {
    return false;
}

StoreResult<void> MemoryStore::begin_backup(const std::string& path, OldBackup old) {
    const std::lock_guard lock(disk_->mutex_);
    if (old == OldBackup::keep && disk_->backups_.contains(path)) {
        return StoreError{StoreFault::other, path + ": is there already"};
    }
    backup_ = path;
    return {};
}

StoreResult<bool> MemoryStore::backup_step() {
    const std::lock_guard lock(disk_->mutex_);
    MemoryContent copy = disk_->content_;
    copy.clean = true;
    disk_->backups_.insert_or_assign(backup_, std::move(copy));
    return false;
}

std::uint64_t MemoryStore::size() const {
    const std::lock_guard lock(disk_->mutex_);
    std::uint64_t size = 0;
    for (const auto& [id, stored] : disk_->content_.messages)
        size += stored.message->memory_bytes();
    return size + disk_->content_.rows.size() * sizeof(RowRecord);
}

StoreResult<void> MemoryStore::close() {
    const std::lock_guard lock(disk_->mutex_);
    disk_->content_.clean = true;
    return {};
}

} // namespace mqttd
