use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => api::run(),
        ["healthcheck"] => api::healthcheck::run(),
        _ => {
            eprintln!("error: unknown arguments\nusage: api [healthcheck]");
            ExitCode::from(2)
        }
    }
}
