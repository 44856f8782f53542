// What a disk would hold: of each watched folder and file what is synced, and the changes after that, which a power cut
// may take back. Fed with the shim's journals, life after life: what a killed process left unsynced stays unsynced until
// somebody syncs it.
#pragma once

#include "shim/journal.hpp"
#include "support/seed.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace jobwatch::crash
{

// How a power cut treats what is not synced.
struct cut_report
{
    std::size_t folder_changes = 0; // not synced ones, and
    std::size_t folder_changes_lost = 0;
    std::size_t bytes = 0; // not synced ones, and
    std::size_t bytes_lost = 0;
};

struct file_change
{
    bool truncates = false;
    std::uint64_t offset = 0; // of the bytes; the new size when it truncates
    std::string bytes;
};

struct stored_file
{
    std::string synced;
    std::vector<file_change> pending;
};

struct folder_change
{
    std::string gone;  // this name goes
    std::string named; // and this comes; "": none
    std::shared_ptr<stored_file> file;
};

class disk_model
{
public:
    // The folders are empty.
    explicit disk_model(std::vector<std::string> folders);

    // After the process has died. Throws when the journal and the folders do not agree.
    void take(const std::string& journal);
    // Gives the folders the look that they may have after the power came back. Chance decides how much of what is not
    // synced stays: all, nothing, the beginning, or any of its sectors.
    cut_report cut(test::random_source& chance);

    std::string shim_folders() const; // for folders_variable

private:
    using names = std::map<std::string, std::shared_ptr<stored_file>>;
    struct folder
    {
        std::string path;
        names synced;
        std::vector<folder_change> pending;
        names now;
    };
    struct record
    {
        record_head head;
        std::string text;
    };

    static std::vector<record> read(const std::string& journal);
    void apply(const record& one);
    void apply_open(const record& one);
    bool look_at_last(record& one) const;
    std::string path_of(std::uint64_t file) const;
    void change(folder& where, folder_change change);
    void cut_folder(folder& where, test::random_source& chance, cut_report& report);

    std::vector<folder> folders_;
    std::map<std::uint64_t, std::shared_ptr<stored_file>> open_; // by the numbers of the present journal
};

// The bytes of a file after a cut.
std::string torn(const stored_file& file, test::random_source& chance, cut_report& report);
void apply_change(std::string& bytes, const file_change& change);

} // namespace jobwatch::crash
