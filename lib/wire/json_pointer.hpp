// Following an RFC 6901 pointer through JSON that streams by, without a tree.
#pragma once

#include <cstdint>
#include <string_view>

namespace jobwatch
{

// Fed with the containers, keys and elements as they pass; tells when the value that the pointer names
// begins.
// The empty pointer (the whole document) names no value here.
class json_pointer_tracker
{
public:
    explicit json_pointer_tracker(std::string_view pointer) : pointer_(pointer) {}

    void key(std::string_view name, std::size_t depth);
    void element(std::size_t index, std::size_t depth);

    // Is the value that begins now, in the container at `depth`, the one? Then `ambiguous` tells if a key on
    // the way stood twice, so that nobody can say which one was meant.
    bool here(std::size_t depth) const;
    bool ambiguous() const { return ambiguous_; }

    void container_begins(std::size_t new_depth);
    void container_ends(std::size_t ended_depth);
    void value_ends() { next_matches_ = false; }

private:
    bool on_path(std::size_t depth) const { return depth > 0 && matched_depth_ == depth; }
    void matched(std::size_t depth);

    std::string_view pointer_;
    std::size_t matched_depth_ = 0; // all containers down to this one lie on the way
    std::uint64_t seen_ = 0;        // bit n: the token of depth n matched before
    bool next_matches_ = false;
    bool ambiguous_ = false;
};

} // namespace jobwatch
