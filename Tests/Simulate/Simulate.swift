import Simulation

/// `Simulate --seeds N [--first S]`, `Simulate --seed S`: see `SimulateProgram`.
@main
enum Simulate {
    static func main() { SimulateProgram.run() }
}
