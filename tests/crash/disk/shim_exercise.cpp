// Makes the system calls that its arguments name, in the folder that is its first. Run with the shim, in tests:
//     make F | write F BYTES | append F BYTES | at F OFFSET BYTES | cut F SIZE | sync F | rename F G | remove F | folder
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace
{

class exercise
{
public:
    explicit exercise(std::string folder) : folder_(std::move(folder)) {}

    // False for a call that fails.
    bool make(const std::vector<std::string>& words)
    {
        const auto& what = words.at(0);
        if (what == "folder")
            return sync_folder();
        const auto path = folder_ + '/' + words.at(1);
        if (what == "rename" || what == "remove")
            files_.erase(path); // the name means another file from now on
        if (what == "rename")
            return ::rename(path.c_str(), (folder_ + '/' + words.at(2)).c_str()) == 0;
        if (what == "remove")
            return ::remove(path.c_str()) == 0;
        if (what == "append")
            return append(path, words.at(2));
        const int file = opened(path);
        if (what == "make")
            return file >= 0;
        if (what == "write")
            return write(file, words.at(2).data(), words.at(2).size()) >= 0;
        if (what == "at")
            return pwrite(file, words.at(3).data(), words.at(3).size(), std::atoll(words.at(2).c_str())) >= 0;
        if (what == "cut")
            return ftruncate(file, std::atoll(words.at(2).c_str())) == 0;
        if (what == "sync")
            return fdatasync(file) == 0;
        if (what == "many")
            return many(path);
        return false;
    }

private:
    int opened(const std::string& path)
    {
        auto& file = files_[path];
        if (file == 0)
            file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        return file;
    }

    static bool append(const std::string& path, const std::string& bytes)
    {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        const int copy = dup(file);
        close(file);
        const bool done = write(copy, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
        close(copy);
        return done;
    }

    // Four threads, each with a file of its own, synced after each write.
    static bool many(const std::string& path)
    {
        std::vector<std::thread> threads;
        for (int number = 0; number < 4; ++number)
            threads.emplace_back(
                [path = path + std::to_string(number)]
                {
                    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
                    for (int round = 0; round < 200; ++round)
                        if (write(file, "0123456789\n", 11) != 11 || fsync(file) != 0)
                            std::abort();
                    close(file);
                });
        for (auto& one : threads)
            one.join();
        return true;
    }

    bool sync_folder() const
    {
        const int file = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool done = fsync(file) == 0;
        close(file);
        return done;
    }

    std::string folder_;
    std::map<std::string, int> files_;
};

} // namespace

// Each argument after the folder is one call, its words parted by commas.
int main(int count, char** words)
{
    exercise made(words[1]);
    for (int at = 2; at < count; ++at)
    {
        std::vector<std::string> call{""};
        for (const char* byte = words[at]; *byte != '\0'; ++byte)
            if (*byte == ',')
                call.emplace_back();
            else
                call.back() += *byte;
        if (!made.make(call))
            std::printf("failed: %s\n", words[at]);
    }
    return 0;
}
