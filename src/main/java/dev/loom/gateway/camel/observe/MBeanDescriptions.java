package dev.loom.gateway.camel.observe;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;
import javax.management.modelmbean.RequiredModelMBean;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.ManagedInstance;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.api.management.NotificationSenderAware;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;
import org.jspecify.annotations.Nullable;

/**
 * Describes the MBeans of a class once. Camel describes each one anew, every attribute and operation of every step of
 * every route: a tenth of the time to start, and megabytes that stay.
 */
public final class MBeanDescriptions extends DefaultManagementMBeanAssembler {

    private final Map<Class<?>, ModelMBeanInfo> known = new ConcurrentHashMap<>();

    public MBeanDescriptions(CamelContext context) {
        super(context);
    }

    @Override
    public @Nullable ModelMBean assemble(MBeanServer server, Object managed, ObjectName name) throws JMException {
        if (dependsOnInstance(managed)) {
            return super.assemble(server, managed, name);
        }
        ModelMBeanInfo description = known.get(managed.getClass());
        if (description == null) {
            description = assembler.getMBeanInfo(camelContext, managed, null, name.toString());
            known.put(managed.getClass(), description);
        }
        return mbean(managed, description);
    }

    private static boolean dependsOnInstance(Object managed) {
        return managed instanceof NotificationSenderAware
                || Proxy.isProxyClass(managed.getClass())
                || (managed instanceof ManagedInstance wrapper && isManaged(wrapper.getInstance()));
    }

    /** A step's own bean may have attributes of its own. */
    private static boolean isManaged(@Nullable Object bean) {
        return bean != null && bean.getClass().isAnnotationPresent(ManagedResource.class);
    }

    /** The MBean copies the description, so that none changes that of another. */
    private ModelMBean mbean(Object managed, ModelMBeanInfo description) throws JMException {
        Boolean mask = camelContext.getManagementStrategy().getManagementAgent().getMask();
        RequiredModelMBean mbean = new MixinRequiredModelMBean(description, Boolean.TRUE.equals(mask), null, null);
        try {
            mbean.setManagedResource(managed, "ObjectReference");
        } catch (InvalidTargetObjectTypeException e) {
            throw new JMException(e.getMessage());
        }
        return mbean;
    }
}
