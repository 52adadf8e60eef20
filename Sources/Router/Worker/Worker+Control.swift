internal import RuleLang
internal import Sockets

/// Messages of the control thread.
extension Worker where IO: ~Copyable {
    mutating func readMailbox() {
        hasMail = false
        mailbox.drain(into: &messages)
        for message in messages {
            switch message {
            case .adopt(let generation, let sockets): adopt(generation, sockets)
            case .setDrained(let server, let isDrained): setDrained(server, isDrained)
            case .report(let id):
                // What has ended counts.
                writeRecords()
                control.post(.report(report(id)))
            case .answer(let raw, let answer): answerAdmin(raw, answer)
            case .drain: drain()
            case .stop: stop()
            }
            flushOutgoing()
        }
        messages.removeAll(keepingCapacity: true)
    }

    // MARK: - Generations

    /// New requests get the generation; what runs goes on under its own.
    private mutating func adopt(_ generation: Generation, _ open: [ListenerSocket]) {
        let previous = current
        let rotation = index
        current = generations.allocate { AdoptedGeneration(generation, rotation: rotation) }
        generations[current] = AdoptedGeneration(generation, rotation: rotation)
        let settings = generation.program.settings
        timeouts = settings.timeouts
        logFormat = LogFormat(settings.log)
        for number in generation.servers.indices {
            if number < servers.count {
                servers[number].address = generation.servers[number].address
            } else {
                servers.append(ServerState(generation.servers[number]))
                drained.append(false)
            }
        }
        while counters.rules.count < generation.ruleCounters { counters.rules.append(0) }
        if !isDraining { replaceListeners(open) }
        closeUnusedServers()
        control.post(.adopted(worker: index, generation: generation.number))
        retireIfUnused(previous)
    }

    private mutating func replaceListeners(_ open: [ListenerSocket]) {
        for socket in open where !(socket.number < sockets.count && sockets[socket.number].isOpen) {
            listen(socket)
        }
        for number in sockets.indices where !open.contains(where: { $0.number == number }) {
            closeListener(number)
        }
        if PlantedFault.closedByReload.isOn {
            for slot in clients.slotsInUse where !isIdle(slot) { clientFailed(slot) }
        }
        for slot in clients.slotsInUse
        where isIdle(slot) && !sockets[clients[slot].listener].isOpen {
            closeClient(slot)
        }
    }

    /// Idle connections of servers that no pool names any more.
    private mutating func closeUnusedServers() {
        var isUsed = [Bool](repeating: false, count: servers.count)
        for pool in generations[current].plan.pools {
            for member in pool.members { isUsed[member.server] = true }
        }
        for number in servers.indices where !isUsed[number] { closeIdleConnections(of: number) }
    }

    mutating func closeIdleConnections(of server: Int) {
        while let slot = servers[server].lastIdle { closeUpstream(slot) }
    }

    mutating func unpin(_ generation: Int) {
        if PlantedFault.generationLeak.isOn, generation != current { return }
        generations[generation].pins -= 1
        retireIfUnused(generation)
    }

    /// The last exchange out posts the generation back, to be freed off the worker.
    private mutating func retireIfUnused(_ slot: Int) {
        guard slot != current, generations[slot].pins == 0 else { return }
        let number = generations[slot].plan.number
        // The slot must not keep it alive.
        generations[slot] = AdoptedGeneration(.none, rotation: 0)
        generations.release(slot)
        control.post(.retired(worker: index, generation: number))
    }

    private mutating func setDrained(_ server: Int, _ isDrained: Bool) {
        guard server < servers.count else { return }
        drained[server] = isDrained
        if isDrained { closeIdleConnections(of: server) }
    }

    private func report(_ id: Int) -> WorkerReport {
        WorkerReport(
            worker: index, id: id, counters: counters,
            servers: servers.indices.map {
                ServerReport(
                    counters: servers[$0].counters, idle: servers[$0].idle.count,
                    isDrained: drained[$0])
            },
            clients: clients.count, exchanges: exchanges.count, upstreams: upstreams.count,
            linesLost: ring.lost, generation: generations[current].plan.number)
    }

    // MARK: - The end

    private mutating func drain() {
        guard !isDraining else { return }
        isDraining = true
        drainDeadline = nowMilliseconds + UInt64(timeouts.drain)
        // Whoever watches the drain still gets answers.
        for number in sockets.indices where !isAdmin(number) { closeListener(number) }
        for slot in clients.slotsInUse where isIdle(slot) && !isAdmin(clients[slot].listener) {
            closeClient(slot)
        }
    }

    /// Clients of the file's listeners; one that watches by the admin interface delays nothing.
    var hasClientsToServe: Bool {
        mutating get {
            clients.slotsInUse.contains { !isAdmin(clients[$0].listener) }
        }
    }

    mutating func isAdmin(_ socket: Int) -> Bool {
        guard let listener = generations[current].plan.listener(ofSocket: socket) else {
            return false
        }
        return generations[current].plan.listeners[listener].isAdmin
    }

    func isIdle(_ slot: Int) -> Bool {
        guard case .head = clients[slot].phase else { return false }
        return clients[slot].input.isEmpty && clients[slot].stream.output.isEmpty
            && !clients[slot].stream.mayRead && !clients[slot].stream.isQueued
    }

    /// What is not finished in time ends unfinished.
    mutating func endDrain() {
        control.post(.cut(clients: unfinishedClients))
        stop()
    }

    /// Clients of the file's listeners that have asked and not got all of the answer.
    private var unfinishedClients: Int {
        mutating get {
            clients.slotsInUse.count {
                !isAdmin(clients[$0].listener)
                    && (clients[$0].exchange != nil || !clients[$0].stream.output.isEmpty)
            }
        }
    }

    mutating func stop() {
        for slot in clients.slotsInUse {
            if let exchange = clients[slot].exchange {
                endExchange(exchange, .end(.stopped))
            }
            abortClient(slot)
        }
        for slot in upstreams.slotsInUse { closeUpstream(slot) }
        for number in sockets.indices { closeListener(number) }
        isStopped = true
    }
}
