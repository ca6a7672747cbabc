# What every translation unit of the project is compiled with, as one interface target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

find_program(MIDGE_CCACHE ccache)
if(MIDGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${MIDGE_CCACHE}")
endif()

add_library(midge_options INTERFACE)
target_include_directories(midge_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(midge_options INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Wimplicit-fallthrough)
if(MIDGE_WERROR)
    target_compile_options(midge_options INTERFACE -Werror)
endif()

if(MIDGE_SANITIZE)
    list(JOIN MIDGE_SANITIZE "," midge_sanitizers)
    target_compile_options(midge_options INTERFACE
        -fsanitize=${midge_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(midge_options INTERFACE -fsanitize=${midge_sanitizers})
else()
    # Hardening: bounds checks of the standard library, stack and control-flow protection, read-only relocations.
    target_compile_options(midge_options INTERFACE
        -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    target_compile_definitions(midge_options INTERFACE
        _GLIBCXX_ASSERTIONS $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
    target_link_options(midge_options INTERFACE
        -Wl,-z,relro,-z,now,-z,noexecstack $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()
if(MIDGE_FUZZ)
    # Coverage for libFuzzer in all code; midge_fuzzer() adds its main.
    target_compile_options(midge_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(midge_options INTERFACE MIDGE_DEBUG)
endif()
