// Where the process kills itself: at the n-th call of a class, in all watched folders or in one of them, before it, in
// its middle or after it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace jobwatch::crash
{

enum class call_class : std::uint8_t
{
    create,
    write,
    sync,
    rename,
    unlink,
    truncate
};

inline constexpr const char* call_class_names[] = {"create", "write", "sync", "rename", "unlink", "truncate"};

enum class moment : std::uint8_t
{
    before,
    half, // of a write: half of its bytes; of any other: before
    after
};

inline constexpr const char* moment_names[] = {"before", "half", "after"};

inline constexpr int any_folder = -1;

struct kill_point
{
    call_class what = call_class::write;
    unsigned long ordinal = 0; // from 1; 0: never
    moment when = moment::before;
    int folder = any_folder; // else only calls in this one count
};

template <class Word, std::size_t Count>
bool find_word(const char* word, const char* const (&words)[Count], Word& to)
{
    for (std::size_t at = 0; at < Count; ++at)
        if (std::strcmp(word, words[at]) == 0)
        {
            to = static_cast<Word>(at);
            return true;
        }
    return false;
}

// "sync:17:before", or "sync:17:before:1"; false for anything else.
inline bool read_kill_point(const char* text, kill_point& to)
{
    char what[16] = {};
    char when[16] = {};
    to.folder = any_folder;
    return std::sscanf(text, "%15[a-z]:%lu:%15[a-z]:%d", what, &to.ordinal, when, &to.folder) >= 3
        && find_word(what, call_class_names, to.what) && find_word(when, moment_names, to.when);
}

} // namespace jobwatch::crash
