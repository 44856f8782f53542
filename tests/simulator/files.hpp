// The files that the simulator writes and reads, and the directory for them.
#pragma once

#include <filesystem>
#include <string>

namespace jobwatch::simulator
{

// The directory for certificates and secrets. One that we had to invent is removed at the end.
class stage_directory
{
public:
    explicit stage_directory(const std::string& wanted);
    ~stage_directory();
    stage_directory(const stage_directory&) = delete;
    stage_directory& operator=(const stage_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    bool ours_;
};

enum class readable_by
{
    everyone,
    owner,
};

// Whole or not at all: readers never see half a file. Throws std::runtime_error, which names the file.
void write_file(const std::filesystem::path& file, const std::string& text, readable_by who);

// Throws std::runtime_error, which names the file.
std::string read_file(const std::filesystem::path& file);

} // namespace jobwatch::simulator
