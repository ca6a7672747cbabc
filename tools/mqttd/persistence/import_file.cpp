#include "tools/mqttd/persistence/import_file.hpp"

#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/persistence/sqlite_connect.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace mqttd {

namespace {

StoreError system_error(const std::string& path, std::string_view doing) {
    return {
        StoreFault::io,
        path + ": " + std::string(doing) + ": " + std::generic_category().message(errno)};
}

/// The bytes of a file, without reading all of it at once.
class MappedFile {
public:
    /// errno says why it is not there.
    [[nodiscard]] static std::unique_ptr<MappedFile> open(const std::string& path) {
        const net::FileDescriptor file(
            ::open(path.c_str(), O_RDONLY | O_CLOEXEC) // NOLINT(*-vararg)
        );

        struct stat about {};

        if (!file || ::fstat(file.get(), &about) != 0) return nullptr;
        const auto size = static_cast<std::size_t>(about.st_size);
        if (size == 0) return std::unique_ptr<MappedFile>(new MappedFile(nullptr, 0));
        void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (start == MAP_FAILED) return nullptr; // NOLINT(*-cstyle-cast,*-int-to-ptr)
        return std::unique_ptr<MappedFile>(new MappedFile(start, size));
    }

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    ~MappedFile() {
        if (start_ != nullptr) ::munmap(start_, size_);
    }

    [[nodiscard]] base::Bytes bytes() const {
        return {static_cast<const std::uint8_t*>(start_), size_};
    }

private:
    MappedFile(void* start, std::size_t size) : start_(start), size_(size) {}

    void* start_;
    std::size_t size_;
};

/// A store under a name for the time being.
class Draft {
public:
    explicit Draft(const std::string& target) : name_(target + ".import") { remove(); }

    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    ~Draft() { remove(); }

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    void remove() const {
        for (const char* suffix : {"", "-wal"})
            ::unlink((name_ + suffix).c_str());
    }

    std::string name_;
};

class NoReader final : public StoreReader {
public:
    void on_session(SessionRecord) override {}

    void on_subscription(SubscriptionRecord) override {}

    void on_unreleased(StoreId, mqtt::PacketId) override {}

    void on_message(StoreId, const MessageParts&) override {}

    void on_row(RowRecord) override {}
};

StoreResult<ImportSummary>
fill(const MosquittoDb& db, const std::string& path, const StoreTimes& times, base::Log& log) {
    auto store = open_sqlite_store({.path = path}, log, times.wall);
    if (store.has_error()) return store.error();
    NoReader reader;
    const auto loaded = (*store)->load(reader, times);
    if (loaded.has_error()) return loaded.error();
    auto summary = import_mosquitto(db, **store, times);
    if (summary.has_error()) return summary;
    const auto closed = (*store)->close();
    if (closed.has_error()) return closed.error();
    return summary;
}

} // namespace

StoreResult<ImportSummary> import_mosquitto_file(
    const std::string& path, const std::string& target, const StoreTimes& times, base::Log& log
) {
    const auto file = MappedFile::open(path);
    if (!file) return system_error(path, "cannot read");
    const auto db = parse_mosquitto_db(file->bytes());
    if (db.has_error()) return StoreError{StoreFault::corrupt, path + ": " + db.error()};
    const StoreError there{
        StoreFault::other, target + ": is there already; give the new store another name"};
    if (::access(target.c_str(), F_OK) == 0) return there;
    const Draft draft(target);
    auto summary = fill(*db, draft.name(), times, log);
    if (summary.has_error()) return summary;
    const char* from = draft.name().c_str();
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST) return there;
        return system_error(target, "cannot make");
    }
    if (!sqlite::flush_folder(target)) return system_error(target, "cannot flush its folder");
    return summary;
}

} // namespace mqttd
