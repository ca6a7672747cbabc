// A map from packet identifiers to small values: open addressing with linear probing, home slot =
// identifier modulo capacity. Identifiers are handed out in ascending order, so those in use are
// nearly always neighbours: one probe, neighbouring cache lines. Owned by the flows of this folder;
// not thread safe. Knows nothing of packets.
#pragma once

#include "common/base/assert.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace mqtt::flow {

/// What is kept for an identifier, the identifier included; 0 in it marks an empty slot.
template <typename Entry>
concept IdTableEntry = std::default_initializable<Entry> && std::movable<Entry> &&
    std::same_as<decltype(Entry::id), PacketId>;

/// Grows at three quarters. Gives half of its memory back whenever it runs empty, all of it at the
/// end, so that bursts of the same size do not make it grow step by step each time; a large one
/// also when it is one eighth full. Pointers to entries are valid until the next insert or erase.
template <IdTableEntry Entry>
class IdTable {
public:
    IdTable() = default;

    IdTable(IdTable&& other) noexcept
        : slots_{std::move(other.slots_)}
        , size_{std::exchange(other.size_, std::uint16_t{0})}
        , displaced_{std::exchange(other.displaced_, std::uint16_t{0})}
        , log2_capacity_{std::exchange(other.log2_capacity_, std::uint8_t{0})} {}

    IdTable& operator=(IdTable&& other) noexcept {
        slots_ = std::move(other.slots_);
        size_ = std::exchange(other.size_, std::uint16_t{0});
        displaced_ = std::exchange(other.displaced_, std::uint16_t{0});
        log2_capacity_ = std::exchange(other.log2_capacity_, std::uint8_t{0});
        return *this;
    }

    IdTable(const IdTable&) = delete;
    IdTable& operator=(const IdTable&) = delete;
    ~IdTable() = default;

    [[nodiscard]] std::size_t size() const { return size_; }

    /// nullptr when the identifier is not in use.
    [[nodiscard]] Entry* find(PacketId id) { return find_slot(id); }

    [[nodiscard]] bool contains(PacketId id) const { return find_slot(id) != nullptr; }

    /// Precondition: its identifier is not 0 and not in use.
    Entry& insert(Entry entry) {
        MIDGE_ASSERT(entry.id != 0, "a packet identifier is never 0");
        if (slots_ == nullptr) {
            rehash(min_log2_capacity);
        } else if ((size_ + 1U) * 4U > capacity() * 3U) {
            rehash(static_cast<std::uint8_t>(log2_capacity_ + 1U));
        }
        ++size_;
        return place(std::move(entry));
    }

    /// false: not in use.
    bool erase(PacketId id) {
        const Entry* slot = find_slot(id);
        if (slot == nullptr) return false;
        close_gap(static_cast<std::size_t>(slot - slots_.get()));
        --size_;
        if (size_ == 0 && log2_capacity_ <= kept_log2_capacity) {
            slots_.reset();
            log2_capacity_ = 0; // and nothing is displaced
        } else if (size_ == 0 || (capacity() > largest_kept && size_ * 8U <= capacity())) {
            rehash(static_cast<std::uint8_t>(log2_capacity_ - 1U));
        }
        return true;
    }

    void clear() { *this = IdTable{}; }

    /// visit(Entry&), in no useful order; must not insert or erase.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (std::size_t index = 0; index < capacity(); ++index) {
            if (slots_[index].id != 0) visit(slots_[index]);
        }
    }

private:
    static constexpr std::uint8_t min_log2_capacity = 2;
    static constexpr std::uint8_t kept_log2_capacity = 3; ///< up to here all goes at once
    static constexpr std::size_t largest_kept = 1024;     ///< slots

    [[nodiscard]] std::size_t capacity() const {
        return slots_ == nullptr ? 0 : std::size_t{1} << log2_capacity_;
    }

    [[nodiscard]] std::size_t mask() const { return (std::size_t{1} << log2_capacity_) - 1; }

    [[nodiscard]] Entry* find_slot(PacketId id) const {
        if (slots_ == nullptr || id == 0) return nullptr;
        for (std::size_t index = id & mask();; index = (index + 1) & mask()) {
            if (slots_[index].id == id) return &slots_[index];
            if (slots_[index].id == 0) return nullptr;
        }
    }

    [[nodiscard]] std::size_t home_of(const Entry& entry) const { return entry.id & mask(); }

    Entry& place(Entry entry) {
        std::size_t index = home_of(entry);
        while (slots_[index].id != 0) {
            MIDGE_ASSERT(slots_[index].id != entry.id, "a packet identifier is inserted once");
            index = (index + 1) & mask();
        }
        if (index != home_of(entry)) ++displaced_;
        return slots_[index] = std::move(entry);
    }

    /// Empties a slot and moves back those that had been pushed beyond it. Usually nothing was, and
    /// then the long row of neighbours behind the slot is not looked at.
    void close_gap(std::size_t gap) {
        if (gap != home_of(slots_[gap])) --displaced_;
        for (std::size_t index = (gap + 1) & mask(); displaced_ != 0 && slots_[index].id != 0;
             index = (index + 1) & mask()) {
            const std::size_t home = home_of(slots_[index]);
            if (((index - home) & mask()) >= ((index - gap) & mask())) {
                if (gap == home) --displaced_;
                slots_[gap] = std::move(slots_[index]);
                gap = index;
            }
        }
        slots_[gap] = Entry{};
    }

    void rehash(std::uint8_t log2_capacity) {
        const std::size_t old_capacity = capacity();
        std::unique_ptr<Entry[]> old =
            std::exchange(slots_, std::make_unique<Entry[]>(std::size_t{1} << log2_capacity));
        log2_capacity_ = log2_capacity;
        displaced_ = 0;
        for (std::size_t index = 0; index < old_capacity; ++index) {
            if (old[index].id != 0) place(std::move(old[index]));
        }
    }

    std::unique_ptr<Entry[]> slots_;
    std::uint16_t size_ = 0;
    std::uint16_t displaced_ = 0; ///< entries that are not in their home slot
    std::uint8_t log2_capacity_ = 0;
};

} // namespace mqtt::flow
