# format-check, tidy and architecture-check: what the lint preset builds.
find_program(MIDGE_CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(MIDGE_RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)

file(GLOB_RECURSE midge_all_sources CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/common/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tools/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tests/*.[ch]pp")
if(MIDGE_CLANG_FORMAT)
    add_custom_target(format-check COMMAND "${MIDGE_CLANG_FORMAT}" --dry-run -Werror ${midge_all_sources} VERBATIM)
    add_custom_target(format COMMAND "${MIDGE_CLANG_FORMAT}" -i ${midge_all_sources} VERBATIM)
endif()
if(MIDGE_RUN_CLANG_TIDY)
    add_custom_target(tidy
        COMMAND "${MIDGE_RUN_CLANG_TIDY}" -quiet -p "${PROJECT_BINARY_DIR}" "^${PROJECT_SOURCE_DIR}/(common|tools)/.*"
        VERBATIM)
endif()
add_custom_target(architecture-check
    COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/architecture/check_includes.py" "${PROJECT_SOURCE_DIR}" VERBATIM)
