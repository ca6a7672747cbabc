// A file that holds secrets: read whole, and replaced as a whole. Readers see the old or the new
// content, never half of it; two writers wait for each other; nobody else may read what is new.
// Blocks. Any thread.
#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace crypto {

struct FileProblem {
    std::string message; ///< "cannot open "users": No such file or directory"
    int error = 0;       ///< errno, 0: none
};

inline constexpr std::size_t largest_secret_file = 64UL * 1024 * 1024;

/// A regular file of at most largest_secret_file bytes.
[[nodiscard]] base::Result<std::string, FileProblem> read_secret_file(const std::string& path);

/// Whether others than owner and group may read or write it; false when it is not there.
[[nodiscard]] bool is_open_to_others(const std::string& path);

/// One change of a file, from the reading to the writing. Holds a lock (flock) on the file.
class FileUpdate {
public:
    enum class Create : unsigned char {
        no,           ///< the file must be there
        when_missing, ///< an empty one is made
        only,         ///< the file must not be there
    };

    /// Waits for other updates of the file. A symbolic link is followed and stays.
    [[nodiscard]] static base::Result<FileUpdate, FileProblem>
    begin(const std::string& path, Create create);

    FileUpdate(FileUpdate&& other) noexcept;
    FileUpdate& operator=(FileUpdate&& other) = delete;
    FileUpdate(const FileUpdate&) = delete;
    FileUpdate& operator=(const FileUpdate&) = delete;
    /// Without replace(), a file that begin() has made is removed.
    ~FileUpdate();

    /// What the file held at begin().
    [[nodiscard]] const std::string& text() const { return text_; }

    /// Writes a new file beside it, with mode 0600 or what the old one gave to owner and group, and
    /// puts it in the old one's place.
    [[nodiscard]] base::Result<void, FileProblem> replace(std::string_view text);

private:
    FileUpdate(std::string path, int file, bool made)
        : path_(std::move(path)), file_(file), made_(made) {}

    std::string path_; ///< with links resolved
    int file_;         ///< locked
    bool made_;
    std::string text_;
};

} // namespace crypto
