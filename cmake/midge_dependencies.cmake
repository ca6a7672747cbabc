# The libraries of Debian 12 that the project stands on; why each is there is in ARCHITECTURE.md.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
if(MIDGE_TESTS)
    find_package(GTest REQUIRED)
    include(GoogleTest)
endif()

# Boost is used through its headers only; boost/system never needs its library.
add_library(midge_boost INTERFACE)
target_link_libraries(midge_boost INTERFACE Boost::headers)
target_compile_definitions(midge_boost INTERFACE BOOST_ERROR_CODE_HEADER_ONLY)

# Asio is compiled once, in common/net/asio_impl.cpp.
add_library(midge_asio INTERFACE)
target_link_libraries(midge_asio INTERFACE midge_boost Threads::Threads)
target_compile_definitions(midge_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

# The allocator of the daemon: small blocks without headers, and memory that goes back when clients go. Sanitizers bring
# their own.
add_library(midge_allocator INTERFACE)
if(NOT MIDGE_SANITIZE)
    find_library(MIDGE_MIMALLOC_LIBRARY mimalloc REQUIRED)
    target_link_libraries(midge_allocator INTERFACE
        -Wl,--push-state,--no-as-needed "${MIDGE_MIMALLOC_LIBRARY}" -Wl,--pop-state)
endif()

# Keyed hashes and, for password files, Argon2id.
find_library(MIDGE_SODIUM_LIBRARY sodium REQUIRED)
add_library(midge_sodium INTERFACE)
target_link_libraries(midge_sodium INTERFACE "${MIDGE_SODIUM_LIBRARY}")

# Frames of WebSocket, without I/O.
find_library(MIDGE_WSLAY_LIBRARY wslay REQUIRED)
add_library(midge_wslay INTERFACE)
target_link_libraries(midge_wslay INTERFACE "${MIDGE_WSLAY_LIBRARY}")

# Reads what name servers answer; part of the C library.
find_library(MIDGE_RESOLV_LIBRARY resolv REQUIRED)
add_library(midge_resolver INTERFACE)
target_link_libraries(midge_resolver INTERFACE "${MIDGE_RESOLV_LIBRARY}")
