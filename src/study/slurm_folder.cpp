#include "study/slurm_folder.hpp"

#include <fstream>
#include <stdexcept>

#include "base/file.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr const char* kScript = R"(#!/bin/sh
# A task of Slurm: runs one line of a list. By hand: SLURM_ARRAY_TASK_ID=3 ./job.sh points-1.txt
# A line is a point's name, its log, and the words of its command, with tabs between them.
set -f
IFS=$(printf '\t')
set -- $(sed -n "${SLURM_ARRAY_TASK_ID}p" "$1")
log=$2
shift 2
exec "$@" >"$log" 2>&1
)";

/// This program's file, which the nodes run.
std::string program() {
  const fs::path file = fs::read_symlink("/proc/self/exe");
  if (!fs::exists(file)) throw std::runtime_error(file.string() + ": was replaced meanwhile; start the sweep again");
  return file.string();
}

std::string line_of(const PointRun& run) {
  const PointRun absolute{
      run.name, fs::absolute(run.scenario), fs::absolute(run.out), fs::absolute(run.log), run.inputs, run.options};
  std::string line = run.name + '\t' + absolute.log.string();
  line += '\t' + program();
  for (const auto& word : arguments_of(absolute)) line += '\t' + word;
  return line + '\n';
}

}  // namespace

SlurmFolder::SlurmFolder(const fs::path& sweep) : path_(fs::weakly_canonical(fs::absolute(sweep)) / "slurm") {}

std::vector<SlurmArray> SlurmFolder::arrays() const {
  std::vector<SlurmArray> arrays;
  std::ifstream file(path_ / "jobs.txt");
  for (std::string job, list; file >> job >> list;) arrays.push_back({job, points(list)});
  return arrays;
}

std::vector<std::string> SlurmFolder::points(const std::string& list) const {
  std::vector<std::string> names;
  std::ifstream file(path_ / list);
  for (std::string line; std::getline(file, line);) names.push_back(line.substr(0, line.find('\t')));
  return names;
}

void SlurmFolder::prepare() const {
  if (path_.string().find_first_of("\t\n") != std::string::npos)
    throw InputError(path_.string(), "a path with a tab or a line break cannot be given to Slurm");
  fs::create_directories(path_);
  write_whole(path_ / "job.sh", kScript);
  fs::permissions(path_ / "job.sh", fs::perms::owner_exec, fs::perm_options::add);
}

std::string SlurmFolder::write_list(std::span<const PointRun> runs) const {
  std::string text;
  for (const auto& run : runs) text += line_of(run);
  std::string name;
  for (int number = 1; name.empty() || fs::exists(path_ / name); ++number)
    name = "points-" + std::to_string(number) + ".txt";
  write_atomically(path_ / name, text);
  return name;
}

void SlurmFolder::record(const std::string& job, const std::string& list) const {
  const fs::path jobs = path_ / "jobs.txt";
  write_atomically(jobs, read_file(jobs).value_or("") + job + ' ' + list + '\n');
}

}  // namespace headroom
