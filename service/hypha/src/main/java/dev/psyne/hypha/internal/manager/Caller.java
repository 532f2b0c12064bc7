package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.Permission;
import dev.psyne.hypha.User;
import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;

/** Who asks the manager for something, as the router knows it. */
public record Caller(Address address, User user, Workspaces workspaces) {
    /** Where the caller is. */
    public String workspace() {
        return address.workspace();
    }

    /** Whether the caller has a permission in a workspace. */
    public boolean allows(String workspace, Permission wanted) {
        return workspaces.allows(user, workspace, wanted);
    }

    /** Whether the caller may call a service. */
    boolean mayCall(ServiceInfo info) {
        String owner = info.owner().workspace();
        return info.visibility() != Visibility.PROTECTED
                || owner.equals(workspace())
                || allows(owner, Permission.READ)
                || info.authorizedWorkspaces().contains(workspace());
    }
}
