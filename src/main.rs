fn main() -> std::process::ExitCode {
    pinkogen::commands::main()
}
