// A hash table of handles: 8 bytes a slot, linear probing, the slot's place proportional to the
// hash, so that growing moves entries in order. Knows no keys: who asks compares. Owned by the
// trees of this folder; not thread safe.
#pragma once

#include "common/mqtt/topic/block_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace mqtt::topic {

/// Holds no heap memory while empty; between one quarter and four fifths full otherwise.
class HandleTable {
public:
    HandleTable() = default;
    HandleTable(const HandleTable&) = delete;
    HandleTable& operator=(const HandleTable&) = delete;
    ~HandleTable() = default;

    [[nodiscard]] std::size_t size() const { return size_; }

    /// The handle with this hash for which is_key(Handle) holds; 0 = none.
    template <typename IsKey>
    [[nodiscard]] Handle find(std::uint64_t hash, IsKey&& is_key) const {
        if (size_ == 0) return 0;
        const std::uint32_t tag = tag_of(hash);
        for (std::size_t index = home(tag);; index = after(index)) {
            const Slot slot = slots_[index];
            if (slot.handle == 0) return 0;
            if (slot.tag == tag && is_key(slot.handle)) return slot.handle;
        }
    }

    /// Precondition: handle is not 0 and not in the table.
    void insert(std::uint64_t hash, Handle handle);
    /// Precondition: inserted with this hash.
    void erase(std::uint64_t hash, Handle handle);

    /// visit(Handle); must not insert or erase.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t index = 0; index < capacity_; ++index) {
            if (slots_[index].handle != 0) visit(slots_[index].handle);
        }
    }

    [[nodiscard]] std::size_t memory_bytes() const { return capacity_ * sizeof(Slot); }

private:
    struct Slot {
        std::uint32_t tag = 0;
        Handle handle = 0; ///< 0 = empty
    };

    static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

    [[nodiscard]] std::size_t home(std::uint32_t tag) const {
        return static_cast<std::size_t>((std::uint64_t{tag} * capacity_) >> 32U);
    }

    [[nodiscard]] std::size_t after(std::size_t index) const {
        return index + 1 == capacity_ ? 0 : index + 1;
    }

    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const {
        return to >= from ? to - from : to + capacity_ - from;
    }

    void place(Slot slot);
    void rehash(std::size_t capacity);

    std::unique_ptr<Slot[]> slots_;
    std::size_t capacity_ = 0; ///< below 2^32
    std::size_t size_ = 0;
};

} // namespace mqtt::topic
