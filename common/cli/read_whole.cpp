#include "common/cli/read_whole.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace cli {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

constexpr std::size_t piece_size = 65536;

[[noreturn]] void fail(const std::string& what, const std::string& why) {
    throw ToolError(ExitCode::local_error, "cannot read " + what + ": " + why);
}

std::string read_stream(std::FILE* stream, std::size_t limit, const std::string& what) {
    std::string text;
    std::array<char, piece_size> piece{};
    std::size_t size = 0;
    while ((size = std::fread(piece.data(), 1, piece.size(), stream)) > 0) {
        if (size > limit - text.size())
            fail(what, "it is larger than " + std::to_string(limit) + " bytes");
        text.append(piece.data(), size);
    }
    if (std::ferror(stream) != 0) fail(what, std::strerror(errno));
    return text;
}

} // namespace

std::string read_file(const std::string& path, std::size_t limit, std::string_view purpose) {
    const std::string what = std::string(purpose) + " \"" + base::escaped(path) + '"';
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
    if (!file) fail(what, std::strerror(errno));
    return read_stream(file.get(), limit, what);
}

std::string read_stdin(std::size_t limit, std::string_view purpose) {
    return read_stream(stdin, limit, std::string(purpose) + " from standard input");
}

} // namespace cli
